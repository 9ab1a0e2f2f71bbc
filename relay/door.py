"""Asking the app to start a generation: the relay starts nothing itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

import httpx

from relay.errors import RefusedError


@dataclass(frozen=True, kw_only=True)
class Started:
    """The app's answer: the job that runs now, or its refusal to pass on."""

    job_id: str | None
    status: int
    body: bytes
    content_type: str
    retry_after: str | None


class Door:
    """The app's own POST, with the caller's token: one door for work, one rate limit."""

    def __init__(self, app_url: str, *, timeout_seconds: float = 10.0) -> None:
        # trust_env: a proxy setting of the machine must not see the caller's token.
        self._client = httpx.Client(base_url=app_url, timeout=timeout_seconds, trust_env=False)

    def start(self, project_id: str, *, token: str, options: Mapping[str, object]) -> Started:
        """Submit a generation; a RefusedError with 503 when the app does not answer."""
        try:
            answer = self._client.post(
                f"/api/v1/projects/{quote(project_id, safe='')}/context/generate",
                json=dict(options),
                headers={"Authorization": f"Bearer {token}"},
            )
        except httpx.HTTPError as error:
            raise RefusedError(
                503,
                "The app that starts generations does not answer.",
                code="app_unreachable",
                remedy="Try again in a few seconds.",
                retry_after=3,
            ) from error
        accepted = answer.status_code in (200, 202)
        return Started(
            job_id=answer.json()["id"] if accepted else None,
            status=answer.status_code,
            body=answer.content,
            content_type=answer.headers.get("Content-Type", "application/problem+json"),
            retry_after=answer.headers.get("Retry-After"),
        )

    def close(self) -> None:
        """Close pooled connections."""
        self._client.close()
