"""The `schemalore` command against a real socket: breaks in the stream, and how it ends."""

import http.server
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from stack import settings

pytestmark = pytest.mark.integration

ROOT = Path(__file__).resolve().parents[2]
JOB = "0190-job"
TOKEN = "a-token"


class Script(http.server.BaseHTTPRequestHandler):
    """Breaks off after two events; what comes then is in the server's `ending`."""

    def do_GET(self) -> None:
        """Answer streams by the script and everything else with no events."""
        self.server.seen.append((self.path, dict(self.headers)))  # type: ignore[attr-defined]  # set by the fixture
        if not self.path.endswith("/stream"):
            self._send("application/json", json.dumps({"items": [], "lastSeq": 0}))
        elif "Last-Event-ID" not in self.headers:
            first = _frame(1, "scanning", 0, "Fetching...") + _frame(2, "scanning", 20, "59 tables")
            self._send("text/event-stream", "retry: 10\n\n" + first)
        else:
            self._send("text/event-stream", self.server.ending)  # type: ignore[attr-defined]  # set by the fixture

    def log_message(self, *_arguments: object) -> None:
        """Stay silent."""

    def _send(self, kind: str, body: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.end_headers()
        self.wfile.write(body.encode())


@pytest.fixture
def server() -> Iterator[Any]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Script) as scripted:
        scripted.seen = []  # type: ignore[attr-defined]  # for the handler
        thread = threading.Thread(target=scripted.serve_forever)
        thread.start()
        yield scripted
        scripted.shutdown()
        thread.join()


def follow(server: Any, tmp_path: Path) -> "subprocess.CompletedProcess[str]":  # noqa: ANN401 - a server with attributes
    url = f"http://127.0.0.1:{server.server_address[1]}"
    return subprocess.run(
        [sys.executable, "-m", "client.main", "follow", JOB],
        cwd=ROOT,
        env=settings.inherited()
        | {
            "SCHEMALORE_URL": url,
            "SCHEMALORE_RELAY_URL": url,
            "SCHEMALORE_TOKEN": TOKEN,
            "SCHEMALORE_CONFIG_DIR": str(tmp_path),
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def _frame(seq: int, step: str, progress: int, message: str, **more: Any) -> str:  # noqa: ANN401 - any JSON
    event = {"jobId": JOB, "seq": seq, "step": step, "progress": progress, "message": message}
    return f"id: {JOB}:{seq}\ndata: {json.dumps({**event, **more})}\n\n"


class TestFollow:
    def test_resumes_by_id_and_shows_each_event_once(self, server: Any, tmp_path: Path) -> None:  # noqa: ANN401 - as above
        """After a break the server is told the last event; a repeated one is not shown again."""
        server.ending = _frame(2, "scanning", 20, "59 tables") + _frame(3, "complete", 100, "Done")
        done = follow(server, tmp_path)
        streams = [headers for path, headers in server.seen if path.endswith("/stream")]

        assert "" == done.stderr
        assert 0 == done.returncode
        assert [None, f"{JOB}:2"] == [each.get("Last-Event-ID") for each in streams]
        assert {f"Bearer {TOKEN}"} == {headers["Authorization"] for _, headers in server.seen}
        assert 1 == done.stdout.count("59 tables")
        assert "[100 %] complete: Done" in done.stdout

    def test_fails_when_the_job_failed(self, server: Any, tmp_path: Path) -> None:  # noqa: ANN401 - as above
        """Cause, remedy and code are told; scripts see it in the exit code."""
        failure = {"error": True, "code": "schema_empty", "retryable": False}
        server.ending = _frame(3, "error", 0, "No tables. Choose another.", **failure)
        done = follow(server, tmp_path)

        assert 3 == done.returncode
        assert "schemalore: No tables. Choose another. (schema_empty)\n" == done.stderr
