"""What the web process needs to know from its environment."""

import os
import re
from pathlib import Path
from typing import Self

import limits
from pydantic import Field, field_validator, model_validator

from contract import model_hosts
from contract.model_hosts import HostList
from contract.settings import SharedSettings


class Settings(SharedSettings):
    """The shared settings and the web process's own."""

    generate_rate_limit: str = "10/minute;100/hour"  # submitted generations, and pulls, per account
    login_rate_limit: str = "20/minute;200/hour"  # registrations and sign-ins, per address
    max_body_bytes: int = Field(default=12_000_000, gt=0)  # 10 MB of DDL, escaped as JSON
    allowed_sqlite_dirs: str = ""  # SQLite files are read only below these; none by default
    trusted_proxies: int = Field(default=0, ge=0)  # how many set X-Forwarded-* in front of us
    database_pool_size: int = Field(default=8, gt=0)
    ollama_host: HostList = model_hosts.DEFAULT  # whose models are listed, and embed questions

    @property
    def sqlite_directories(self) -> tuple[Path, ...]:
        """ALLOWED_SQLITE_DIRS, separated by commas or as the system separates paths."""
        given = re.split(f"[,{re.escape(os.pathsep)}]", self.allowed_sqlite_dirs)
        return tuple(Path(part.strip()).resolve() for part in given if part.strip())

    @field_validator("generate_rate_limit", "login_rate_limit")
    @classmethod
    def _readable(cls, value: str) -> str:
        try:
            limits.parse_many(value)
        except ValueError:
            raise ValueError("must be like 10/minute;100/hour") from None
        return value

    @model_validator(mode="after")
    def _exact_origins(self) -> Self:
        # Cookies go with these requests: a pattern would hand them to pages of strangers.
        if any(character in self.allowed_origins for character in "*?[]()^$\\"):
            raise ValueError(
                "ALLOWED_ORIGINS must list exact origins, such as https://app.example.com"
            )
        return self
