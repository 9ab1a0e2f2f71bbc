"""What the relay needs to know from its environment."""

from pydantic import Field

from contract.settings import SharedSettings


class Settings(SharedSettings):
    """The relay's settings."""

    relay_host: str = "127.0.0.1"
    relay_port: int = Field(default=8001, ge=1, le=65535)
    relay_connections: int = Field(default=10_000, ge=1)  # open streams per process
    streams_per_user: int = Field(default=20, ge=1)
    relay_drain_seconds: int = Field(default=10, ge=1)  # how long a stop waits for streams to end
    stream_heartbeat_seconds: float = Field(default=15, gt=0)
    stream_repair_seconds: float = Field(default=10, gt=0)  # between comparisons with SQL
    stream_age_seconds: float = Field(default=600, gt=0)  # clients resume after a close
    app_internal_url: str = ""  # where the relay itself reaches the app; empty: APP_URL
    trusted_proxies: int = Field(default=0, ge=0)
