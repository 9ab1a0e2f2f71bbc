"""Requests that never end: what thousands of them cost the streams beside them."""

import contextlib
import socket
import time
from collections.abc import Iterator

from bench import world
from bench.committer import Committer
from bench.contenders.relay import Relay
from bench.load import Load
from bench.results import Column, Sample, Section, Verdict
from bench.servers import Server
from bench.stage import Stage
from bench.workloads import rounds

NAME = "halfopen"
REQUESTS = {False: 2_000, True: 10_000}
DRIPPING = 50  # of them send their head a byte at a time
GOOD = 100
PER_SECOND = 20.0
SECONDS = 4.0
BASELINE_SECONDS = 30.0
NOISE_MILLISECONDS = 25.0
OPENS_SECONDS = 10.0
HEAD = b"GET /api/v1/jobs/x/stream HTTP/1.1\r\nHost: x\r\n"


def run(stage: Stage, *, repeats: int) -> Section:
    """Measure the relay."""
    relay = Relay()
    count = REQUESTS[stage.full]
    row = rounds.repeat(
        relay.name, relay.prepare(), rounds=repeats, measure=lambda: _measure(stage)
    )
    return Section(
        name=NAME,
        title=f"{count:,} half-open requests",
        about=(
            f"{GOOD} clients of one job get {PER_SECOND:.0f} milestones per second. Then {count:,} "
            f"requests come whose head never ends; {DRIPPING} of them send it a byte at a time. "
            "While they are there a new stream is opened."
        ),
        columns=(
            Column(key="without", title="p99 ms without", digits=1),
            Column(key="with", title="p99 ms with", digits=1),
            Column(key="opened", title="s until the new stream stood", digits=2),
            Column(key="megabytes", title="MB grown meanwhile", digits=0),
            Column(key="seconds", title="s until all half-open were closed", digits=1),
            Column(key="left", title="sockets left"),
        ),
        rows=(row,),
        verdicts=(
            Verdict(
                demand="ms that the streams' p99 rose by",
                figure=row.median("risen"), bound=NOISE_MILLISECONDS, at_most=True, digits=1,
            ),
            Verdict(
                demand="s until a new stream stood, in the worst round",
                figure=row.most("opened"), bound=OPENS_SECONDS, at_most=True,
            ),
            Verdict(
                demand="sockets left, in the worst round",
                figure=row.most("left"), bound=0, at_most=True, digits=0,
            ),
        ),
    )  # fmt: skip


def _measure(stage: Stage) -> Sample:
    with world.create(stage) as made, stage.folder() as folder:
        people = made.people(2)
        with made.relay(stage) as server, Load(
            stage.load_program, port=server.port, requests=[people[0].request()] * GOOD,
            directory=folder,
        ) as load:  # fmt: skip
            load.wait_until_open()
            jobs = Committer(made, people[:1], per_second=PER_SECOND)
            jobs.start()
            time.sleep(1)
            without = _p99(load)
            memory, good = server.memory_bytes(), len(server.peers())
            with _half_open(server.port, REQUESTS[stage.full]) as sockets:
                began = time.monotonic()
                opened = _open_one(server.port, people[1].request())
                beside = _p99(load, drip=sockets[:DRIPPING])
                grown = server.memory_bytes() - memory
                left = _until_gone(server, good)
                seconds = time.monotonic() - began
            jobs.finish()
    return {
        "without": without,
        "with": beside,
        "risen": beside - without,
        "opened": opened,
        "megabytes": grown / 2**20,
        "seconds": seconds,
        "left": left,
    }


@contextlib.contextmanager
def _half_open(port: int, count: int) -> Iterator[list[socket.socket]]:
    with contextlib.ExitStack() as stack:
        made = []
        for number in range(count):
            made.append(stack.enter_context(socket.create_connection(("127.0.0.1", port), 30)))
            made[-1].sendall(HEAD if number >= DRIPPING else b"G")
        yield made


def _open_one(port: int, request: str) -> float:
    """Return the seconds until another caller's stream stood."""
    began = time.monotonic()
    with socket.create_connection(("127.0.0.1", port), 60) as connection:
        connection.sendall(request.encode())
        connection.recv(64)
    return time.monotonic() - began


def _p99(load: Load, *, drip: list[socket.socket] | None = None) -> float:
    load.mark()
    until, at = time.monotonic() + SECONDS, 1
    while time.monotonic() < until:
        for connection in drip or ():
            with contextlib.suppress(OSError):
                connection.sendall(HEAD[at : at + 1])
        at += 1
        time.sleep(0.2)
    return float(load.report()["p99"])


def _until_gone(server: Server, good: int) -> int:
    """Wait until only the good streams are left; return how many others there are."""
    deadline = time.monotonic() + BASELINE_SECONDS
    while True:
        left = max(0, len(server.peers()) - good)
        if not left or time.monotonic() > deadline:
            return left
        time.sleep(0.2)
