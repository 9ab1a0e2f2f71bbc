"""People who use the API as it comes, write down every answer, and expect some to fail."""

import asyncio
import time
from typing import Any

import httpx

from tests.chaos.records import Record

PASSWORD = "chaos needs no locks"
PATIENCE_SECONDS = 40.0
SIGN_IN_AGAIN_SECONDS = 1200.0  # before the token's end
AGAIN_SECONDS = 0.5


class Person:
    """One account; every request and what came of it goes into the record."""

    def __init__(self, name: str, *, app_url: str, record: Record) -> None:
        self.name = name
        self.jobs: list[str] = []  # accepted, in order
        self.token = ""
        self._signed_in_at = 0.0
        self._record = record
        self._arrived = asyncio.Condition()
        self._http = httpx.AsyncClient(
            base_url=f"{app_url}/api/v1", timeout=PATIENCE_SECONDS, trust_env=False
        )

    @property
    def headers(self) -> dict[str, str]:
        """What says who asks."""
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}

    async def register(self) -> None:
        """Make the account and sign in; tries until it works."""
        await self._sign_in("register")

    async def keep_signed_in(self) -> None:
        """Sign in again when the token is about to end."""
        if time.monotonic() - self._signed_in_at > SIGN_IN_AGAIN_SECONDS:
            await self._sign_in("login")

    async def project(self, name: str, source: dict[str, str]) -> str:
        """Make a project and return its id; tries until it works."""
        while True:
            status, body = await self.ask(
                "project", "/projects", json={"name": name, "source": source}
            )
            if status == httpx.codes.CREATED:
                return str(body["id"])
            await asyncio.sleep(AGAIN_SECONDS)

    async def submit(self, project: str, *, key: str | None, engine: str) -> str | None:
        """Ask for a generation; None when no answer named a job."""
        extra = {"Idempotency-Key": key} if key else {}
        status, body = await self.ask(
            "submit",
            f"/projects/{project}/context/generate",
            json={"engine": engine, "force": True},
            headers=extra,
            notes={"project": project, "key": key},
        )
        return await self._accept(body["id"]) if status in (200, 202) else None

    async def pull(self, model: str, *, key: str | None) -> str | None:
        """Ask for a model to be pulled; None when no answer named a job."""
        extra = {"Idempotency-Key": key} if key else {}
        status, body = await self.ask(
            "pull", "/models/pull", json={"model": model}, headers=extra, notes={"key": key}
        )
        return await self._accept(body["id"]) if status in (200, 202) else None

    async def retry(self, job_id: str, *, key: str | None = None) -> str | None:
        """Ask to go on with a job that failed; None when no answer named one."""
        status, body = await self.ask(
            "retry", f"/jobs/{job_id}/retry", headers={"Idempotency-Key": key} if key else {},
            notes={"of": job_id, "key": key},
        )  # fmt: skip
        return await self._accept(body["id"]) if status in (200, 202) else None

    async def cancel(self, job_id: str) -> None:
        """Ask for the job's end."""
        await self.ask("cancel", f"/jobs/{job_id}/cancel", notes={"of": job_id})

    async def look(self, job_id: str) -> dict[str, Any]:
        """Return the job, or nothing when there is no answer now."""
        status, body = await self.ask("look", f"/jobs/{job_id}", method="GET")
        return body if status == httpx.codes.OK else {}

    async def next_job(self, seen: int) -> tuple[str, int]:
        """Wait for more accepted jobs than `seen`; return the newest and how many there are."""
        async with self._arrived:
            await self._arrived.wait_for(lambda: len(self.jobs) > seen)
            return self.jobs[-1], len(self.jobs)

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def ask(
        self,
        kind: str,
        path: str,
        *,
        method: str = "POST",
        json: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
        notes: dict[str, Any] | None = None,
    ) -> tuple[int | None, dict[str, Any]]:
        """Return status and body, (None, {}) when the connection broke; both are recorded."""
        began = time.time()
        status, body, cause = None, {}, None
        try:
            answer = await self._http.request(
                method, path, json=json, headers={**self.headers, **(headers or {})}
            )
            status, body = answer.status_code, answer.json()
        except (httpx.HTTPError, ValueError) as error:
            cause = type(error).__name__
        if kind != "look" or status != httpx.codes.OK:
            known = {name: body[name] for name in ("id", "status", "code") if name in body}
            self._record.write(
                began=began, user=self.name, kind=kind, status=status, cause=cause, body=known,
                **(notes or {}),
            )  # fmt: skip
        return status, body

    async def _accept(self, job_id: str) -> str:
        async with self._arrived:
            if job_id not in self.jobs:
                self.jobs.append(job_id)
                self._arrived.notify_all()
        return job_id

    async def _sign_in(self, path: str) -> None:
        account = {"email": f"{self.name}@chaos.example", "password": PASSWORD}
        while True:
            status, body = await self.ask(path, f"/auth/{path}", json=account)
            self._http.cookies.clear()  # they would need a CSRF header
            if status in (200, 201):
                self.token, self._signed_in_at = str(body["accessToken"]), time.monotonic()
                return
            path = "login" if status == httpx.codes.CONFLICT else path
            await asyncio.sleep(AGAIN_SECONDS)
