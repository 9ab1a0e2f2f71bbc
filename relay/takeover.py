"""Handing a request's socket from gunicorn to the hub, once Flask has said all that HTTP needs."""

from collections.abc import Callable, Iterable
from typing import NoReturn

from flask import Response
from werkzeug.datastructures import Headers

from relay import sockets
from relay.sockets import RawSocket

#: gunicorn's word for "this connection is not mine any more": it leaves its loop at once, where
#: its marker ALREADY_HANDLED would let the greenlet wait for a second request.
LEAVE = StopIteration


class Takeover(Response):
    """A response whose body is written by `admit(socket, head, chunked)`, as long as it likes."""

    def __init__(
        self, admit: Callable[[RawSocket, bytes, bool], None], headers: dict[str, str]
    ) -> None:
        super().__init__(headers=headers)
        self._admit = admit

    def __call__(
        self,
        environ: dict[str, object],
        start_response: object,  # noqa: ARG002 - WSGI passes it; the head is written here
    ) -> Iterable[bytes]:
        """Take the socket, and tell gunicorn that it is gone."""
        return self._leave(environ)

    def _leave(self, environ: dict[str, object]) -> NoReturn:
        chunked = environ["SERVER_PROTOCOL"] == "HTTP/1.1"
        self.headers.pop("Content-Length", None)
        self.headers["Connection"] = "close"
        if chunked:
            self.headers["Transfer-Encoding"] = "chunked"
        opening = head(self.status, self.headers)
        self._admit(sockets.take(environ["gunicorn.socket"]), opening, chunked)
        raise LEAVE


def head(status: str, headers: Headers) -> bytes:
    """Return the first lines of an HTTP/1.1 response."""
    lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in headers)]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
