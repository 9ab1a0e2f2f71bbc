"""The fake Ollama's side of HTTP: it reads, sends, waits and breaks as it is told."""

import contextlib
import json
import select
import socket
import time
from http.server import BaseHTTPRequestHandler
from typing import Any, Protocol

from tests import fake_ollama_rules as rules
from tests import fake_ollama_script as script

GET = ("/api/version", "/api/tags", "/api/ps")


class Owner(Protocol):
    """The fake whose requests these are."""

    @property
    def stopping(self) -> bool: ...

    def begin(self, call: script.Call) -> None: ...

    def end(self, call: script.Call, outcome: str) -> None: ...

    def serve(self, exchange: "Handler", call: script.Call) -> None: ...


class ClientGoneError(Exception):
    """The client closed its connection before the answer was whole."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    owner: Owner

    def handle(self) -> None:
        """Serve a connection until either side ends it, however rudely."""
        with contextlib.suppress(ConnectionError, ClientGoneError):
            super().handle()

    def log_message(self, *_args: object) -> None:
        """Say nothing: `calls` is the log."""

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def do_DELETE(self) -> None:
        self._answer()

    def do_HEAD(self) -> None:
        self._answer()

    def refuse(self, call: script.Call, status: int, message: str) -> None:
        """Answer with an error."""
        self.send(call, {"error": message}, status=status)

    def send(self, call: script.Call, body: dict[str, Any], *, status: int = 200) -> None:
        """Answer with one JSON object."""
        call.sent.append(body)
        call.status = status
        raw = json.dumps(body).encode()
        # Before the bytes: who has read the answer finds the call ended.
        self.owner.end(call, "done" if status < 400 else "refused")
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.write(raw if self.command != "HEAD" else b"")

    def start_stream(self, call: script.Call) -> None:
        """Send the headers of a stream of lines."""
        call.status = 200
        self.send_response(200)
        self.send_header("Content-Type", "application/x-ndjson")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()

    def send_line(self, call: script.Call, body: dict[str, Any]) -> None:
        """Send one line of a stream."""
        call.sent.append(body)
        raw = json.dumps(body).encode() + b"\n"
        self.write(f"{len(raw):x}\r\n".encode() + raw + b"\r\n")

    def end_stream(self) -> None:
        """End a stream in good order."""
        self.write(b"0\r\n\r\n")

    def cut(self) -> None:
        """End the connection as a crash would."""
        self.close_connection = True
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def write(self, raw: bytes) -> None:
        """Send bytes; ClientGoneError."""
        try:
            self.wfile.write(raw)
        except OSError as error:
            raise ClientGoneError from error

    def wait(self, seconds: float | None) -> None:
        """Wait, for ever when None; ClientGoneError as soon as the client leaves."""
        until = None if seconds is None else time.monotonic() + seconds
        while not self.owner.stopping:
            left = 0.05 if until is None else min(0.05, max(0.0, until - time.monotonic()))
            readable, _, _ = select.select([self.connection], [], [], left)
            if readable and not self._peek():
                raise ClientGoneError
            if until is not None and time.monotonic() >= until:
                return

    def vanish(self) -> None:
        """Neither answer nor notice anything, as a machine without power."""
        while not self.owner.stopping:
            time.sleep(0.05)
        self.close_connection = True

    def _answer(self) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        request_id = self.headers.get("X-Request-Id", "")
        call = script.Call(method=self.command, path=self.path, request_id=request_id)
        unreadable = rules.refuse_body(raw) if self.command in ("POST", "DELETE") else None
        if raw and unreadable is None:
            call.body = json.loads(raw)
        self.owner.begin(call)
        try:
            if unreadable and self.path.startswith("/api/") and self.path not in GET:
                self.refuse(call, *unreadable)
            else:
                self.owner.serve(self, call)
        except ClientGoneError:
            self.owner.end(call, "closed by client")
            self.close_connection = True

    def _peek(self) -> bytes:
        try:
            found: bytes = self.connection.recv(1, socket.MSG_PEEK)
        except ConnectionError:
            return b""
        return found
