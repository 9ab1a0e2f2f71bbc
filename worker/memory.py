"""What models answered in earlier attempts and generations of a project."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from store import checkpoints
from store.database import Database


@dataclass(frozen=True, kw_only=True)
class Memory:
    """Finds the project's checkpoints, none from before `since`."""

    database: Database
    project_id: str
    since: datetime | None

    async def recall(self, fingerprint: str) -> Mapping[str, Any] | None:
        """Return what was answered to the question of this fingerprint, or None."""
        return await asyncio.to_thread(self._find, fingerprint)

    def _find(self, fingerprint: str) -> Mapping[str, Any] | None:
        with self.database.read() as connection:
            found = checkpoints.find(connection, self.project_id, fingerprint, since=self.since)
        if found is None:
            return None
        answer: dict[str, Any] = json.loads(found)
        return answer
