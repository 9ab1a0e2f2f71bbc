"""What must hold for everything that any client received."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tests.chaos.evidence import TERMINAL_STEPS, Connection, Evidence, Following, Violation

STATUSES = (200, 204, 429, None)
#: An answer that says that the database or the app behind is away; they come back.
AFTERMATH_SECONDS = 40.0
SILENCE_SECONDS = 15.0  # three heartbeats; then clients give up
WORD = re.compile(r"call ([a-z]{6,})\b")
#: Between making a tick and the claim that fences it, as clocks and commits go.
SLACK_SECONDS = 0.5


@dataclass(frozen=True)
class Frame:
    """One event as it came."""

    name: str
    id: str
    data: str


def frames(text: str) -> list[Frame]:
    """Return the whole events in a stream's text; a cut one at its end is none."""
    found = []
    for block in text.split("\n\n")[:-1]:
        fields = dict(
            line.split(": ", 1) for line in block.split("\n") if ": " in line and line[0] != ":"
        )
        if "data" in fields:
            found.append(
                Frame(fields.get("event", "message"), fields.get("id", ""), fields["data"])
            )
    return found


def told(following: Following) -> Iterator[tuple[Connection, Frame, dict[str, Any]]]:
    """Yield every message of a following, over all its connections."""
    for connection in following.connections:
        if connection.polled is not None:
            for item in connection.polled:
                yield connection, Frame("message", f"{item['jobId']}:{item['seq']}", ""), item
            continue
        for frame in frames(connection.text):
            if frame.name == "message":
                yield connection, frame, json.loads(frame.data)


def in_order(evidence: Evidence) -> Iterator[Violation]:
    """Every client gets 1, 2, 3, ... without gap or duplicate, over all its connections."""
    for following in evidence.followings:
        last = 0
        for connection, frame, event in told(following):
            if event["jobId"] != following.job:
                yield _violation(
                    "in order", f"an event of job {event['jobId']}", following, connection
                )
            if "seq" not in event:
                continue
            if frame.id != f"{event['jobId']}:{event['seq']}":
                yield _violation(
                    "in order", f"{event['seq']} came as {frame.id}", following, connection
                )
            if event["seq"] != last + 1:
                text = f"{event['seq']} came after {last}"
                yield _violation("in order", text, following, connection)
            last = event["seq"]


def as_stored(evidence: Evidence) -> Iterator[Violation]:
    """Every milestone is byte for byte what was committed: nothing from elsewhere is visible."""
    stored = {
        (job, event["seq"]): event["payload"]
        for job, events in evidence.events.items()
        for event in events
    }
    for following in evidence.followings:
        for connection, frame, event in told(following):
            if "seq" not in event:
                continue
            payload = stored.get((following.job, event["seq"]))
            same = payload == frame.data if frame.data else event == json.loads(payload or "null")
            if not same:
                text = f"event {event['seq']} is not the one that is stored"
                yield _violation("as stored", text, following, connection)


def to_the_end(evidence: Evidence) -> Iterator[Violation]:
    """Everybody who stays gets one terminal event, and nothing after it."""
    for following in evidence.followings:
        ended: Connection | None = None
        for connection, _, event in told(following):
            if ended is not None:
                what = event.get("seq", "a tick")
                yield _violation("to the end", f"{what} came after the end", following, connection)
            if "seq" in event and event["step"] in TERMINAL_STEPS:
                ended = connection
        if ended is None and not following.left:
            yield _violation("to the end", "the end never came", following, None)


def never_silent(evidence: Evidence) -> Iterator[Violation]:
    """A stream that is open and undisturbed says something now and then, be it a heartbeat."""
    for following in evidence.followings:
        for connection in following.connections:
            ended = connection.ended or 0.0
            silent = connection.status == 200 and connection.end == "TimeoutError"
            if silent and not evidence.disturbed(ended - SILENCE_SECONDS, ended, "relay"):
                text = f"the stream fell silent for {SILENCE_SECONDS:.0f} s"
                yield _violation("never silent", text, following, connection)


def never_back(evidence: Evidence) -> Iterator[Violation]:
    """Progress never falls within a connection, ticks included; an error says 0."""
    for following in evidence.followings:
        number, highest = 0, 0
        for connection, _, event in told(following):
            if connection.number != number:
                number, highest = connection.number, 0
            if event["step"] == "error":
                continue
            if event["progress"] < highest:
                kind = "a tick" if "seq" not in event else f"event {event['seq']}"
                text = f"{kind} fell from {highest} to {event['progress']}"
                yield _violation("never back", text, following, connection)
            highest = max(highest, event["progress"])


def none_fenced(evidence: Evidence) -> Iterator[Violation]:
    """No tick was made by an attempt after the next one had claimed the job."""
    began = {call.name: call.began for call in evidence.calls}
    for following in evidence.followings:
        claims = [
            move["at"]
            for move in evidence.moves[following.job]
            if move["new_status"] == "running" and move["old_status"] == "queued"
        ]
        for connection, _, event in told(following):
            word = (
                WORD.search((event.get("data") or {}).get("tail", ""))
                if "seq" not in event
                else None
            )
            if word is None or word[1] not in began or len(claims) < 2:
                continue
            made = datetime.fromisoformat(event["at"]).timestamp()
            of_call = _attempt(claims, began[word[1]])
            if _attempt(claims, made - SLACK_SECONDS) > of_call:
                text = f"a tick of attempt {of_call} was made after a later attempt had begun"
                yield _violation("none fenced", text, following, connection)


def admitted(evidence: Evidence) -> Iterator[Violation]:
    """Nobody is refused a stream of their own job, but for too many of them."""
    for following in evidence.followings:
        for connection in following.connections:
            if connection.status in STATUSES:
                continue
            began, ended = connection.began, connection.opened or connection.began
            if not evidence.disturbed(began - AFTERMATH_SECONDS, ended, "database", "web"):
                text = f"it was answered with {connection.status}"
                yield _violation("admitted", text, following, connection)


def _attempt(claims: list[float], moment: float) -> int:
    return sum(claim <= moment for claim in claims)


def _violation(
    rule: str, text: str, following: Following, connection: Connection | None
) -> Violation:
    where = following.where + (f", connection {connection.number}" if connection else "")
    return Violation(
        rule=rule, text=f"the {following.kind} client {following.client}: {text}", where=where
    )
