"""Follows a stream with sseclient-py over requests, which leave reconnecting to their user."""

import json
import sys
import time
from typing import Any

import requests
import sseclient
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
    while True:
        try:
            with requests.get(
                task.stream_url, headers=headers, stream=True, timeout=60
            ) as response:
                _say(what="open")
                if response.status_code == requests.codes.no_content:
                    break
                response.raise_for_status()
                for event in sseclient.SSEClient(iter(response)).events():
                    if event.retry is not None:
                        wait_seconds = int(event.retry) / 1000
                    if event.id:
                        headers["Last-Event-ID"] = event.id
                    if _told(event) and task.stream_leaves == "yes":
                        return
        except (requests.ConnectionError, requests.exceptions.ChunkedEncodingError):
            _say(what="error")
        time.sleep(wait_seconds)


def _told(event: sseclient.Event) -> bool:
    """Say what came; whether it was the end."""
    if event.event == "heartbeat":
        _say(what="heartbeat")
        return False
    body = json.loads(event.data)
    _say(what="message", id=event.id or "", event=body)
    return body["step"] in ("complete", "error")


def _say(**step: Any) -> None:  # noqa: ANN401 - JSON
    sys.stdout.write(json.dumps(step) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
    _say(what="closed")
