"""Bad neighbours: what clients that do not read cost the others, and the process."""

import contextlib
import threading
import time

from bench import pace, world
from bench.bad_clients import KINDS, BadClient
from bench.contenders.relay import Relay
from bench.load import Load
from bench.results import Column, Sample, Section, Verdict
from bench.servers import Server
from bench.stage import Stage
from bench.workloads import rounds
from bench.world import Person, World

NAME = "neighbours"
GOOD = 200
PER_SECOND = 50.0
PADDING = " " + "x" * 1000  # fills the buffers of those who do not read within seconds
SECONDS = {False: 6, True: 20}
CLOG_SECONDS = 5.0
HOLD_SECONDS = 50.0  # from their arrival until all clients leave
BASELINE_SECONDS = 45.0
NOISE = 1.25
MOST_MEGABYTES = 10.0


def run(stage: Stage, *, repeats: int) -> Section:
    """Measure the relay."""
    relay = Relay()
    row = rounds.repeat(
        relay.name, relay.prepare(), rounds=repeats, measure=lambda: _measure(stage)
    )
    return Section(
        name=NAME,
        title="Bad neighbours",
        about=(
            f"{GOOD} clients of one job, {PER_SECOND:.0f} milestones of 1.2 KB per second. Then "
            f"six bad ones come, of three kinds ({', '.join(KINDS)}), one of each in the same job "
            f"and one in a job of its own. They stay for {HOLD_SECONDS:.0f} s while memory is "
            "watched; then all but the vanished leave."
        ),
        columns=(
            Column(key="without", title="p99 ms without", digits=2),
            Column(key="with", title="p99 ms with", digits=2),
            Column(key="megabytes", title="MB grown", digits=1),
            Column(key="held", title=f"bad sockets held after {HOLD_SECONDS:.0f} s"),
            Column(key="sockets", title="sockets left"),
            Column(key="subscriptions", title="subscriptions left"),
            Column(key="seconds", title="s until none is left", digits=1),
        ),
        rows=(row,),
        verdicts=(
            Verdict(
                demand=f"the others' p99, as a multiple of that without ({NOISE} is noise)",
                figure=row.median("change"), bound=NOISE, at_most=True,
            ),
            Verdict(
                demand="MB that the process grew by, in the worst round",
                figure=row.most("megabytes"), bound=MOST_MEGABYTES, at_most=True, digits=1,
            ),
            *(
                Verdict(
                    demand=f"{key} left, in the worst round",
                    figure=row.most(key), bound=0, at_most=True, digits=0,
                )
                for key in ("sockets", "subscriptions")
            ),
        ),
    )  # fmt: skip


class _Publisher(threading.Thread):
    """Commits and publishes milestones of the first job, and of the others five times slower."""

    def __init__(self, made: World, people: list[Person]) -> None:
        super().__init__(daemon=True)
        self._world, self._people = made, people
        self._numbers = [0] * len(people)
        self._stop_asked = threading.Event()

    def run(self) -> None:
        others = len(self._people) - 1
        for step in pace.steady(10**9, per_second=PER_SECOND):
            if self._stop_asked.is_set():
                return
            self._publish(0)
            if step % 5 == 0 and others:
                for index in range(1, others + 1):
                    self._publish(index)

    def stop(self) -> None:
        """Stop, and wait for it."""
        self._stop_asked.set()
        self.join(timeout=10)

    def _publish(self, index: int) -> None:
        self._numbers[index] += 1
        person, number = self._people[index], self._numbers[index]
        text = self._world.commit(person, number, padding=PADDING)
        self._world.publish(person, number, text)


def _measure(stage: Stage) -> Sample:
    with contextlib.ExitStack() as stack:
        made = stack.enter_context(world.create(stage))
        folder = stack.enter_context(stage.folder())
        people = made.people(1 + len(KINDS))
        server = stack.enter_context(made.relay(stage))
        load = stack.enter_context(
            Load(
                stage.load_program, port=server.port, requests=[people[0].request()] * GOOD,
                directory=folder,
            )
        )  # fmt: skip
        load.wait_until_open()
        publisher = _Publisher(made, people)
        publisher.start()
        stack.callback(publisher.stop)
        time.sleep(CLOG_SECONDS)
        without = _p99(load, SECONDS[stage.full])
        memory = server.memory_bytes()
        arrived = time.monotonic()
        bad = [
            BadClient(kind, server.port, person.request())
            for kind, own in zip(KINDS, people[1:], strict=True)
            for person in (people[0], own)
        ]
        time.sleep(CLOG_SECONDS)
        beside = _p99(load, SECONDS[stage.full])
        most = _watch_memory(server, until=arrived + HOLD_SECONDS)
        held = len(server.peers() & {client.local_port for client in bad})
        load.close()
        left = _leave(bad, server, made)
        for client in bad:
            client.close()
    return {
        "without": without,
        "with": beside,
        "change": beside / without,
        "megabytes": (most - memory) / 2**20,
        "held": held,
        **left,
    }


def _p99(load: Load, seconds: float) -> float:
    load.mark()
    time.sleep(seconds)
    return float(load.report()["p99"])


def _watch_memory(server: Server, *, until: float) -> int:
    most = server.memory_bytes()
    while time.monotonic() < until:
        time.sleep(0.5)
        most = max(most, server.memory_bytes())
    return most


def _leave(bad: list[BadClient], server: Server, made: World) -> Sample:
    """Close all but the vanished, whose end nobody tells the server; wait for the baseline."""
    began = time.monotonic()
    for client in bad:
        if client.kind != "vanished without a FIN":
            client.close()
    while True:
        sockets, subscriptions = len(server.peers()), made.feed.subscriptions()
        waited = time.monotonic() - began
        if (not sockets and not subscriptions) or waited > BASELINE_SECONDS:
            return {"sockets": sockets, "subscriptions": subscriptions, "seconds": waited}
        time.sleep(0.2)
