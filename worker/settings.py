"""What the worker needs to know from its environment."""

import os
import re
from pathlib import Path

from pydantic import Field, field_validator

from contract import model_hosts
from contract.model_hosts import HostList
from contract.settings import SharedSettings

SHORTEST_RETENTION_DAYS = 30


class Settings(SharedSettings):
    """Settings of worker and beat."""

    ollama_host: HostList = model_hosts.DEFAULT  # several are comma separated
    ollama_model: str = "llama3.1:8b"
    ollama_embed_model: str = ""  # empty: an installed one that is known to embed
    ollama_num_ctx: int = Field(default=8192, ge=512)
    ollama_parallel: int = Field(default=1, ge=1)
    ollama_connect_timeout_seconds: float = Field(default=5.0, gt=0)
    ollama_first_timeout_seconds: float = Field(default=300.0, gt=0)
    ollama_chunk_timeout_seconds: float = Field(default=60.0, gt=0)
    ollama_step_timeout_seconds: float = Field(default=1800.0, gt=0)
    ollama_retries: int = Field(default=5, ge=0)
    job_lease_seconds: int = Field(default=9, ge=5)
    job_max_losses: int = Field(default=3, ge=1)
    retention_days: int = Field(default=0, ge=0)  # 0: for ever
    allowed_sqlite_dirs: str = ""  # SQLite files are read only below these; none by default
    demo_database: Path | None = None
    worker_heartbeat_file: Path | None = None  # touched while the process is alive

    @field_validator("demo_database", "worker_heartbeat_file", mode="before")
    @classmethod
    def _named(cls, value: object) -> object:
        return value or None  # an empty variable names no file, and surely not this directory

    @field_validator("retention_days")
    @classmethod
    def _long_enough(cls, value: int) -> int:
        if 0 < value < SHORTEST_RETENTION_DAYS:
            raise ValueError(
                f"must be 0 (for ever) or at least {SHORTEST_RETENTION_DAYS}: the figures of "
                "models look back so far"
            )
        return value

    @property
    def sqlite_directories(self) -> tuple[Path, ...]:
        """ALLOWED_SQLITE_DIRS, separated by commas or as the system separates paths."""
        given = re.split(f"[,{re.escape(os.pathsep)}]", self.allowed_sqlite_dirs)
        return tuple(Path(part.strip()).resolve() for part in given if part.strip())

    @property
    def demo_path(self) -> Path:
        """Where the demo database is made: DEMO_DATABASE, or below the data directory."""
        return (self.demo_database or self.data_dir / "demo.db").resolve()
