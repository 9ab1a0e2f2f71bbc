"""What the worker needs to know from its environment."""

import os
import re
from pathlib import Path

from pydantic import Field, field_validator

from contract.settings import SharedSettings

OLLAMA_DEFAULT = "http://127.0.0.1:11434"


class Settings(SharedSettings):
    """Settings of worker and beat."""

    ollama_host: str = OLLAMA_DEFAULT  # also a bare host or host:port
    ollama_model: str = "llama3.1:8b"
    ollama_num_ctx: int = Field(default=8192, ge=512)
    ollama_parallel: int = Field(default=1, ge=1)
    ollama_connect_timeout_seconds: float = Field(default=5.0, gt=0)
    job_lease_seconds: int = Field(default=9, ge=5)
    job_max_losses: int = Field(default=3, ge=1)
    allowed_sqlite_dirs: str = ""  # SQLite files are read only below these; none by default
    demo_database: Path | None = None
    worker_heartbeat_file: Path | None = None  # touched while the worker is alive

    @field_validator("ollama_host")
    @classmethod
    def _blank_means_default(cls, given: str) -> str:
        # The client would read the environment by itself when it got an empty host.
        return given.strip() or OLLAMA_DEFAULT

    @property
    def sqlite_directories(self) -> tuple[Path, ...]:
        """ALLOWED_SQLITE_DIRS, separated by commas or as the system separates paths."""
        given = re.split(f"[,{re.escape(os.pathsep)}]", self.allowed_sqlite_dirs)
        return tuple(Path(part.strip()).resolve() for part in given if part.strip())

    @property
    def demo_path(self) -> Path:
        """Where the demo database is made: DEMO_DATABASE, or below the data directory."""
        return (self.demo_database or self.data_dir / "demo.db").resolve()
