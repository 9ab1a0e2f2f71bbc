"""Anything at any time: clients, cuts, lost publishes, a dying Redis and a blocked database."""

import contextlib
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import pytest
import redis
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, rule

from store import database, upgrade
from tests import services
from tests.relay_world import Producer, World, environment, start_relay

pytestmark = [pytest.mark.integration, pytest.mark.timeout(300)]

PATIENCE_SECONDS = 20
BLOCKED_SECONDS = 0.3


class RestartableRedis:
    """A Redis on a fixed port that can die and come back, forgetting everything."""

    def __init__(self, directory: Path) -> None:
        self.port = services.free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.client = redis.Redis(port=self.port)
        self._directory = directory
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        if self._process is not None:
            return
        program = shutil.which("redis-server") or shutil.which("valkey-server")
        assert program is not None
        self._process = subprocess.Popen(
            [program, "--port", str(self.port), "--bind", "127.0.0.1", "--save", "",
             "--dir", self._directory],
            stdout=subprocess.DEVNULL,
        )  # fmt: skip
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            with contextlib.suppress(redis.RedisError):
                if self.client.ping():
                    return
            time.sleep(0.02)
        pytest.fail("redis did not start")

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def freeze(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)


class Reader:
    """A client of its own making: a socket, and what an EventSource would keep of it."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.seen: list[int] = []
        self.terminals = 0
        self.done = False
        self._buffer = b""
        self._socket: socket.socket | None = None
        self.connect()

    def connect(self) -> None:
        host, port = self._world.relay.url.removeprefix("http://").split(":")
        self._buffer = b""
        self._socket = socket.create_connection((host, int(port)), timeout=PATIENCE_SECONDS)
        cursor = f"Last-Event-ID: {self._world.id(self.seen[-1])}\r\n" if self.seen else ""
        self._socket.sendall(
            f"GET {self._world.path()} HTTP/1.0\r\nHost: relay\r\n"
            f"Authorization: Bearer {self._world.token}\r\n{cursor}\r\n".encode()
        )
        # The head comes once the relay has subscribed: from here on the live path is at work.
        self.read(1, seconds=PATIENCE_SECONDS)

    def cut(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def read(self, most: int, *, seconds: float) -> bool:
        """Take at most so many bytes; False when none came in time or the stream ended."""
        if self._socket is None:
            return False
        self._socket.settimeout(seconds)
        try:
            data = self._socket.recv(most)
        except TimeoutError:
            return False
        except OSError:
            data = b""
        if not data:
            self.cut()
            return False
        self._buffer += data
        self._take_frames()
        return True

    def follow_to_the_end(self) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not self.done and time.monotonic() < deadline:
            if self._socket is None:
                self.connect()
            while self.read(65536, seconds=0.5):
                pass
        self.cut()

    def read_until(self, seq: int) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while seq not in self.seen:
            assert time.monotonic() < deadline, f"{seq} did not arrive: {self.seen}"
            self.read(65536, seconds=0.5)

    def _take_frames(self) -> None:
        *frames, self._buffer = self._buffer.split(b"\n\n")
        for frame in frames:
            self.done = self.done or frame.startswith(b"HTTP/1.1 204")
            found = re.search(rb"^id: [^:\n]+:(\d+)$", frame, re.MULTILINE)
            if found:
                self.seen.append(int(found[1]))
            if found and b'"step":"complete"' in frame:
                self.terminals += 1
                self.done = True


class Surroundings:
    """What all examples share: the processes."""

    producer: Producer
    engine: sa.Engine
    redis: RestartableRedis


@pytest.fixture(scope="module")
def surroundings(
    postgres_server: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Surroundings, World]]:
    directory = tmp_path_factory.mktemp("machine")
    around = Surroundings()
    around.redis = RestartableRedis(directory)
    around.redis.start()
    with services.fresh_database(postgres_server) as url:
        opened = database.connect(url)
        upgrade.to_head(opened)
        around.engine, around.producer = opened.engine, Producer(opened, around.redis.url)
        env = environment(directory, redis_url=around.redis.url)
        env |= {"DATABASE_URL": url, "STREAM_REPAIR_SECONDS": "1", "STREAMS_PER_USER": "1000"}
        with start_relay(env) as server:
            yield around, World(server, around.producer)
        opened.close()
    around.redis.kill()


class Streams(RuleBasedStateMachine):
    """The machine over the processes; each example has a user and a job of its own."""

    around: ClassVar[Surroundings]
    template: ClassVar[World]
    readers = Bundle("readers")

    def __init__(self) -> None:
        super().__init__()
        self.world = World(self.template.relay, self.around.producer)
        self.last = 0
        self.everybody: list[Reader] = []

    @rule(target=readers)
    def attach(self) -> Reader:
        self.everybody.append(Reader(self.world))
        return self.everybody[-1]

    @rule(reader=readers, most=st.integers(1, 4000))
    def read(self, reader: Reader, most: int) -> None:
        reader.read(most, seconds=0.01)

    @rule(reader=consumes(readers), target=readers)
    def cut_and_return(self, reader: Reader) -> Reader:
        reader.cut()
        if not reader.done:
            reader.connect()
        return reader

    @rule(count=st.integers(1, 40))
    def commit(self, count: int) -> None:
        self.commit_some(count, publish=True)

    @rule(count=st.integers(1, 3))
    def commit_and_lose_the_publish(self, count: int) -> None:
        self.commit_some(count, publish=False)

    def commit_some(self, count: int, *, publish: bool) -> None:
        for _ in range(count):
            self.around.producer.milestone(self.world.job_id, message="m" * 200, publish=publish)
        self.last += count

    @rule()
    def tick(self) -> None:
        self.around.producer.tick(self.world.job_id)

    @rule()
    def lose_the_subscription(self) -> None:
        self.around.redis.client.client_kill_filter(_type="pubsub")

    @rule(count=st.integers(0, 5), seconds=st.sampled_from([0.0, 0.2, 1.5]))
    def lose_redis_for_a_while(self, count: int, seconds: float) -> None:
        self.around.redis.kill()
        self.commit_some(count, publish=False)
        time.sleep(seconds)
        self.around.redis.start()

    @rule()
    def block_the_database(self) -> None:
        with self.around.engine.begin() as connection:
            connection.execute(sa.text("LOCK TABLE events IN ACCESS EXCLUSIVE MODE"))
            time.sleep(BLOCKED_SECONDS)

    def teardown(self) -> None:
        self.around.producer.finish(self.world.job_id)
        self.last += 1
        for reader in self.everybody:
            reader.follow_to_the_end()
        self.world.http.close()
        expected = list(range(1, self.last + 1))
        for reader in self.everybody:
            assert expected == reader.seen
            assert 1 == reader.terminals


class TestStreams:
    def test_whatever_happens_each_client_sees_all_once_in_order(
        self, surroundings: tuple[Surroundings, World]
    ) -> None:
        """Exactly 1..last, and one terminal event, at every client."""
        Streams.around, Streams.template = surroundings
        case = Streams.TestCase
        case.settings = settings(
            max_examples=6,
            stateful_step_count=20,
            deadline=None,
            # Shrinking would run real processes for minutes; the failing steps are printed anyway.
            phases=(Phase.explicit, Phase.reuse, Phase.generate),
            suppress_health_check=list(HealthCheck),
        )
        case().runTest()


class TestWithoutRedis:
    @pytest.mark.parametrize("frozen", [False, True])
    def test_milestones_come_from_sql_and_live_delivery_resumes(
        self, surroundings: tuple[Surroundings, World], *, frozen: bool
    ) -> None:
        """Killed or frozen: what is committed meanwhile arrives before Redis is back."""
        around, template = surroundings
        world = World(template.relay, around.producer)
        reader = Reader(world)
        stop, start = (
            (around.redis.freeze, around.redis.thaw)
            if frozen
            else (around.redis.kill, around.redis.start)
        )
        stop()
        try:
            around.producer.milestone(world.job_id, publish=False)
            reader.read_until(1)
        finally:
            start()
        around.producer.finish(world.job_id)
        reader.follow_to_the_end()
        world.http.close()

        assert [1, 2] == reader.seen
