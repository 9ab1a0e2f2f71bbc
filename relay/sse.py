"""Framing: events as Server-Sent Events and cursors as event ids (WHATWG HTML, section 9.2)."""

import re
from dataclasses import dataclass

HEADERS = {
    "Content-Type": "text/event-stream",
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",  # nginx would otherwise hold events back
}
#: `<job id>:<seq>`; anything longer is no cursor of ours and not worth parsing.
_CURSOR = re.compile(r"([0-9A-Za-z-]{1,64}):([0-9]{1,9})\Z")


@dataclass(frozen=True)
class Cursor:
    """The last event that a client has seen."""

    job_id: str
    seq: int


def parse_cursor(text: str | None) -> Cursor | None:
    """Return the cursor of an event id, None when it is no id that we ever sent."""
    match = _CURSOR.match(text or "")
    return Cursor(match[1], int(match[2])) if match else None


def milestone(job_id: str, seq: int, json: bytes) -> bytes:
    """Return the frame of a milestone; its id is the cursor to resume from.

    The id comes last: some clients take it as soon as its line is there, and a cut in a long
    data line would make them return after an event that they never saw.
    """
    return b"data: %b\nid: %b:%d\n\n" % (json, job_id.encode(), seq)


def tick(json: bytes) -> bytes:
    """Return the frame of a tick; without id it moves no cursor."""
    return b"".join((b"data: ", json, b"\n\n"))


def heartbeat(at: str) -> bytes:
    """Return a named event: page code can see it, `onmessage` does not."""
    return b'event: heartbeat\ndata: {"at":"%b"}\n\n' % at.encode()


def auth_expired() -> bytes:
    """Return the event that tells a client to sign in again before it resumes."""
    return b"event: auth_expired\ndata: {}\n\n"


def retry(milliseconds: int) -> bytes:
    """Return the field that sets how long a client waits before it reconnects.

    It opens the block of the next frame: alone, some clients would take it for an event.
    """
    return b"retry: %d\n" % milliseconds


def comment(text: str) -> bytes:
    """Return a comment line; a line break in it would start a field, so there is none."""
    return b": %b\n" % re.sub(r"[\r\n\0]", " ", text).encode()


def body(data: bytes, *, chunked: bool) -> bytes:
    """Return the bytes as they are (HTTP/1.0) or as a chunk (HTTP/1.1, RFC 9112, section 7.1).

    Chunks tell clients where a frame ends: without them some wait for a full buffer, and a cut
    looks like an orderly end.
    """
    return b"".join((b"%x\r\n" % len(data), data, b"\r\n")) if chunked else data


LAST_CHUNK = b"0\r\n\r\n"
