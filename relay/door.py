"""Asking the app to start a generation: the relay starts nothing itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

import httpx

from relay.errors import RefusedError

#: Of the app's refusal, beside its status and body.
PASSED_ON = ("Content-Type", "Retry-After", "WWW-Authenticate")


@dataclass(frozen=True, kw_only=True)
class Started:
    """The app's answer: the job that runs now, or its refusal to pass on."""

    job_id: str | None
    status: int
    body: bytes
    headers: Mapping[str, str]


class Door:
    """The app's own POST, in the caller's name: one door for work, one rate limit."""

    def __init__(self, app_url: str, *, timeout_seconds: float = 10.0) -> None:
        # trust_env: a proxy setting of the machine must not see the caller's token.
        self._client = httpx.Client(base_url=app_url, timeout=timeout_seconds, trust_env=False)

    def start(
        self, project_id: str, *, authorization: str, options: Mapping[str, object]
    ) -> Started:
        """Submit a generation; a RefusedError when the app, or something else, does not answer."""
        try:
            answer = self._client.post(
                f"/api/v1/projects/{quote(project_id, safe='')}/context/generate",
                json=dict(options),
                headers={"Authorization": authorization},
            )
        except httpx.HTTPError as error:
            raise RefusedError(
                503,
                "The app that starts generations does not answer.",
                code="app_unreachable",
                remedy="Try again in a few seconds.",
                retry_after=3,
            ) from error
        return Started(
            job_id=None if answer.is_error else _job_id(answer),
            status=answer.status_code,
            body=answer.content,
            headers={name: answer.headers[name] for name in PASSED_ON if name in answer.headers},
        )

    def close(self) -> None:
        """Close pooled connections."""
        self._client.close()


def _job_id(answer: httpx.Response) -> str:
    try:
        return str(answer.json()["id"])
    except (ValueError, KeyError, TypeError) as error:
        raise RefusedError(
            502,
            f"Where the app should be, something else answers, with status {answer.status_code}.",
            code="app_unreachable",
            remedy="Set APP_INTERNAL_URL to where this relay reaches the app.",
        ) from error
