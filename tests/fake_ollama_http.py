"""The fake Ollama's side of HTTP: it refuses, streams, hangs and breaks as it is told."""

import contextlib
import json
import select
import socket
import time
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler
from typing import Any, Protocol

from tests import fake_ollama_rules as rules
from tests import fake_ollama_script as script


class Owner(Protocol):
    """The fake whose requests these are."""

    models: dict[str, tuple[str, ...]]
    calls: list[script.Call]

    @property
    def stopping(self) -> bool: ...

    def next_answer(self, body: Mapping[str, Any]) -> script.Answer: ...


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
        call = self._call()
        fake = self.owner
        known: dict[str, dict[str, Any]] = {
            "/api/version": {"version": "0.33.0"},
            "/api/tags": {"models": [script.listed(name) for name in fake.models]},
            "/api/ps": {"models": [script.running(name) for name in fake.models]},
        }
        if self.path not in known:
            self._refuse(call, 405 if self.path in POSTED else 404, "404 page not found")
            return
        self._send(call, known[self.path])

    def do_POST(self) -> None:
        call = self._call()
        raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path not in POSTED:
            self._refuse(call, 404, "404 page not found")
            return
        if refusal := rules.refuse_body(raw):
            self._refuse(call, *refusal)
            return
        call.body = json.loads(raw)
        try:
            POSTED[self.path](self, call)
        except ClientGoneError:
            call.outcome, self.close_connection = "closed by client", True
        call.ended = time.monotonic()

    def show(self, call: script.Call) -> None:
        if refusal := rules.refuse_model(call.body, self.owner.models):
            self._refuse(call, *refusal)
            return
        name = rules.resolve(call.body["model"], self.owner.models) or ""
        about = {"llama.context_length": 131072}
        self._send(call, {"capabilities": [*self.owner.models[name]], "model_info": about})

    def chat(self, call: script.Call) -> None:
        if refusal := rules.refuse_chat(call.body, self.owner.models):
            self._refuse(call, *refusal)
            return
        if not call.body["messages"]:
            self._send(call, script.line(call, "", done_reason="load"))
            return
        answer = self.owner.next_answer(call.body)
        if answer.fault is script.Fault.STATUS:
            self._refuse(call, answer.status, answer.error)
            return
        self._wait(None if answer.fault is script.Fault.HANG_FIRST else answer.first_seconds)
        pieces, reason = script.pieces(call.body, answer)
        if call.body.get("stream", True):
            self._stream(call, answer, pieces, reason)
        else:
            whole = script.line(call, "".join(pieces), done_reason=reason, tokens=len(pieces))
            self._send(call, whole)

    def _stream(
        self, call: script.Call, answer: script.Answer, pieces: list[str], reason: str
    ) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/x-ndjson")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        faulty = answer.fault not in {script.Fault.NONE, script.Fault.LENGTH}
        for piece in pieces[: answer.after_chunks] if faulty else pieces:
            self._chunk(call, script.line(call, piece))
            self._wait(answer.chunk_seconds)
        if faulty:
            self._fail(call, answer)
            return
        self._chunk(call, script.line(call, "", done_reason=reason, tokens=len(pieces)))
        self._write(b"0\r\n\r\n")
        call.outcome = "done"

    def _fail(self, call: script.Call, answer: script.Answer) -> None:
        call.outcome = "fault"
        match answer.fault:
            case script.Fault.HANG:
                self._wait(None)
            case script.Fault.ERROR_LINE:
                self._chunk(call, {"error": answer.error})
            case script.Fault.BAD_LINE:
                self._write(b'9\r\n{"model"\n\r\n')
        if answer.fault is script.Fault.CUT:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        self._write(b"0\r\n\r\n")

    def _call(self) -> script.Call:
        call = script.Call(method=self.command, path=self.path)
        self.owner.calls.append(call)
        return call

    def _refuse(self, call: script.Call, status: int, message: str) -> None:
        self._send(call, {"error": message}, status=status, outcome="refused")

    def _send(
        self, call: script.Call, body: dict[str, Any], *, status: int = 200, outcome: str = "done"
    ) -> None:
        call.sent.append(body)
        call.outcome = outcome
        raw = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self._write(raw)

    def _chunk(self, call: script.Call, body: dict[str, Any]) -> None:
        call.sent.append(body)
        raw = json.dumps(body).encode() + b"\n"
        self._write(f"{len(raw):x}\r\n".encode() + raw + b"\r\n")

    def _write(self, raw: bytes) -> None:
        try:
            self.wfile.write(raw)
        except OSError as error:
            raise ClientGoneError from error

    def _wait(self, seconds: float | None) -> None:
        """Wait, for ever when None, and notice at once when the client leaves."""
        until = None if seconds is None else time.monotonic() + seconds
        while not self.owner.stopping and (until is None or time.monotonic() < until):
            left = 0.05 if until is None else min(0.05, max(0.0, until - time.monotonic()))
            readable, _, _ = select.select([self.connection], [], [], left)
            if readable and not self._peek():
                raise ClientGoneError

    def _peek(self) -> bytes:
        try:
            found: bytes = self.connection.recv(1, socket.MSG_PEEK)
        except ConnectionError:
            return b""
        return found


POSTED: dict[str, Callable[[Handler, script.Call], None]] = {
    "/api/chat": Handler.chat,
    "/api/show": Handler.show,
}
