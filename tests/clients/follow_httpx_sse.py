"""Follows a stream with httpx-sse, which leaves reconnecting to its user."""

import json
import sys
import time
from typing import Any

import httpx
import httpx_sse
from pydantic_settings import BaseSettings


class Task(BaseSettings):
    """Who follows what."""

    stream_url: str
    stream_token: str
    stream_leaves: str


def main() -> None:
    """Follow until the terminal event or the answer that there is no more."""
    task = Task()
    headers, wait_seconds = {"Authorization": f"Bearer {task.stream_token}"}, 3.0
    with httpx.Client(timeout=60, trust_env=False) as http:
        while True:
            try:
                with httpx_sse.connect_sse(http, "GET", task.stream_url, headers=headers) as source:
                    _say(what="open")
                    if source.response.status_code == httpx.codes.NO_CONTENT:
                        break
                    source.response.raise_for_status()
                    for event in source.iter_sse():
                        if event.retry is not None:
                            wait_seconds = event.retry / 1000
                        if event.id:
                            headers["Last-Event-ID"] = event.id
                        if _told(event) and task.stream_leaves == "yes":
                            return
            except httpx.TransportError:
                _say(what="error")
            time.sleep(wait_seconds)


def _told(event: httpx_sse.ServerSentEvent) -> bool:
    """Say what came; whether it was the end."""
    if event.event == "heartbeat":
        _say(what="heartbeat")
        return False
    body = json.loads(event.data)
    _say(what="message", id=event.id, event=body)
    return body["step"] in ("complete", "error")


def _say(**step: Any) -> None:  # noqa: ANN401 - JSON
    sys.stdout.write(json.dumps(step) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
    _say(what="closed")
