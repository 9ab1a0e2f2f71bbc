"""A person with an account, who uses the HTTP API and follows streams."""

import contextlib
import json
import time
import uuid
from collections.abc import Iterator
from typing import Any, Self

import httpx
import httpx_sse

PASSWORD = "correct horse battery staple"
PATIENCE_SECONDS = 60


class Person:
    """Signs up when created; `api` speaks to the app, `relay` to the relay."""

    def __init__(self, app_url: str, relay_url: str) -> None:
        self.email = f"{uuid.uuid4().hex[:12]}@people.example"
        self.api = httpx.Client(base_url=f"{app_url}/api/v1", timeout=30, trust_env=False)
        self.relay = httpx.Client(base_url=f"{relay_url}/api/v1", timeout=30, trust_env=False)
        answer = self.api.post("/auth/register", json={"email": self.email, "password": PASSWORD})
        assert answer.status_code == 201, answer.text
        self.token: str = answer.json()["accessToken"]
        for client in (self.api, self.relay):
            client.cookies.clear()
            client.headers["Authorization"] = f"Bearer {self.token}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.api.close()
        self.relay.close()

    def project(self, source: dict[str, Any]) -> str:
        """Create a project and return its id."""
        answer = self.api.post("/projects", json={"name": "a project", "source": source})
        assert answer.status_code == 201, answer.text
        project_id: str = answer.json()["id"]
        return project_id

    def generate(self, project_id: str, **options: object) -> dict[str, Any]:
        """Submit a generation and return the job."""
        answer = self.api.post(f"/projects/{project_id}/context/generate", json=options)
        assert answer.status_code in (200, 202), answer.text
        job: dict[str, Any] = answer.json()
        return job

    @contextlib.contextmanager
    def following(self, path: str, last_id: str | None = None) -> Iterator[httpx_sse.EventSource]:
        """Attach to a stream of the relay, from a cursor."""
        headers = {"Last-Event-ID": last_id} if last_id else {}
        with httpx_sse.connect_sse(self.relay, "GET", path, headers=headers) as source:
            yield source

    def follow(self, job_id: str, last_id: str | None = None) -> list[dict[str, Any]]:
        """Return the job's milestones from a cursor to the end of the stream."""
        with self.following(f"/jobs/{job_id}/stream", last_id) as source:
            return list(milestones(source))

    def wait(self, job_id: str) -> dict[str, Any]:
        """Poll the job until it has ended."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        job: dict[str, Any] = {"status": "queued"}
        while job["status"] in ("queued", "running") and time.monotonic() < deadline:
            time.sleep(0.1)
            job = self.api.get(f"/jobs/{job_id}").json()
        if job["status"] not in ("queued", "running"):
            return job
        raise AssertionError(f"job {job_id} did not end: {job}")


def messages(source: httpx_sse.EventSource) -> Iterator[dict[str, Any]]:
    """Yield milestones and ticks, checking that ids and numbers agree."""
    for event in source.iter_sse():
        if event.event == "message":
            wire = json.loads(event.data)
            assert "seq" not in wire or event.id == f"{wire['jobId']}:{wire['seq']}"
            yield wire


def milestones(source: httpx_sse.EventSource) -> Iterator[dict[str, Any]]:
    """Yield the milestones of a stream."""
    return (wire for wire in messages(source) if "seq" in wire)
