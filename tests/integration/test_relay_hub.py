"""The hub over real sockets and the real event loop, with SQL and Redis played by a script."""

import re
import time
from collections.abc import Collection

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contract import channels
from relay.memory import is_terminal
from relay.rounds import Limits, Rounds
from tests.hub_world import JOB, World, event_json, ids, read_all, settle, world

pytestmark = pytest.mark.integration


class TestInterleavings:
    @settings(max_examples=150, deadline=None)
    @given(
        total=st.integers(1, 30),
        before=st.integers(0, 30),
        last=st.integers(0, 30),
        during=st.lists(st.integers(0, 5), max_size=6),
        later=st.lists(st.integers(1, 5), max_size=12),
        lost=st.sets(st.integers(1, 30)),
        subscribing=st.integers(0, 3),
    )
    def test_every_client_sees_each_milestone_once_in_order(  # noqa: PLR0913 - a scenario
        self,
        *,
        total: int,
        before: int,
        last: int,
        during: list[int],
        later: list[int],
        lost: set[int],
        subscribing: int,
    ) -> None:
        """Commits while subscribing, while SQL is read, later; publishes lost at will."""
        with world(total) as here:
            here.commit(min(before, total - 1))
            start = min(last, here.committed)
            here.subscriber.on_subscribe = lambda: here.commit(subscribing, lost=lost)
            pending = list(during)
            here.after_read = lambda: here.commit(pending.pop(), lost=lost) if pending else None
            _, end = here.attach(start)
            for count in [*later, total]:
                here.commit(count, lost=lost)
                settle()
            here.hub.compare()
            settle()

            data, closed = read_all(end)
            assert list(range(start + 1, total + 1)) == ids(data)
            assert closed

    @settings(max_examples=150, deadline=None)
    @given(
        total=st.integers(1, 30),
        before=st.integers(0, 30),
        during=st.lists(st.integers(0, 5), max_size=6),
        later=st.lists(st.integers(1, 5), max_size=12),
        repeated=st.sets(st.integers(1, 30)),
    )
    def test_nothing_waits_for_a_repair_when_no_publish_was_lost(
        self, *, total: int, before: int, during: list[int], later: list[int], repeated: set[int]
    ) -> None:
        """Subscribe, read, merge, live leaves no hole; what comes twice is sent once."""
        with world(total) as here:
            here.commit(min(before, total - 1))
            pending = list(during)
            here.after_read = lambda: here.commit(pending.pop()) if pending else None
            _, end = here.attach()
            for count in [*later, total]:
                here.commit(count)
                for milestone in here.all[: here.committed]:
                    if milestone.seq in repeated and not here.hub.recall.repairs:
                        payload = channels.pack(milestone.seq, milestone.json.decode())
                        here.subscriber.deliver(channels.for_job(JOB).encode(), payload.encode())

            data, closed = read_all(end)
            assert list(range(1, total + 1)) == ids(data)
            assert closed
            assert 0 == here.hub.recall.repairs


class TestSlowClient:
    def test_gets_a_long_history_in_order_while_more_comes(self) -> None:
        """What is published while the history does not fit waits its turn."""
        with world(300, padding=2000) as here:
            here.commit(150)
            client, end = here.attach(buffer=4096)
            assert client.stuck
            data, closed, deadline = b"", False, time.monotonic() + 20
            while not closed and time.monotonic() < deadline:
                here.commit(1)
                piece, closed = read_all(end)
                data += piece
                settle(1)

            assert list(range(1, 301)) == ids(data)

    def test_holds_a_cursor_and_one_remainder_and_gets_the_rest_later(self) -> None:
        """Nothing piles up for it; when it reads again it misses nothing."""
        with world(400, padding=2000) as here:
            client, end = here.attach(buffer=4096)
            data = b""
            for _ in range(100):
                here.commit(4)
                settle(1)
            assert client.stuck
            assert not client.live
            deadline, closed = time.monotonic() + 20, False
            while not closed and time.monotonic() < deadline:
                piece, closed = read_all(end)
                data += piece
                settle(2)

            assert list(range(1, 401)) == ids(data)

    def test_does_not_delay_others(self) -> None:
        """The client that reads has everything while the other one is stuck."""
        with world(200, padding=2000) as here:
            stuck, _ = here.attach(buffer=4096)
            _, end = here.attach()
            data = b""
            for _ in range(199):
                here.commit(1)
                data += read_all(end)[0]

            assert stuck.stuck
            assert list(range(1, 200)) == ids(data)

    def test_is_closed_when_it_takes_nothing_for_too_long(self) -> None:
        """It resumes by its cursor if it ever comes back."""
        with world(200, padding=2000) as here:
            client, _ = here.attach(buffer=4096)
            here.commit(100)
            settle()
            assert client.stuck
            client.stuck_since -= 31
            rounds(here)._visit(time.monotonic())  # noqa: SLF001 - one round, without waiting

            assert client.gone

    def test_is_closed_also_when_its_stream_is_over_meanwhile(self) -> None:
        """Naive: who has a rest to take first is said farewell to again and again."""
        with world(200, padding=2000) as here:
            client, _ = here.attach(buffer=4096)
            here.commit(100)
            settle()
            turning = rounds(here)
            client.ends_at = 0
            turning._visit(time.monotonic())  # noqa: SLF001 - one round, without waiting
            assert client.closing
            client.stuck_since -= 31
            turning._visit(time.monotonic())  # noqa: SLF001 - one round, without waiting

            assert client.gone


class TestEnds:
    def test_a_client_that_leaves_is_noticed_without_a_write(self) -> None:
        """Its room empties, and the sweep unsubscribes."""
        with world(5) as here:
            _, end = here.attach()
            assert 1 == here.hub.count
            end.close()
            settle()
            here.hub.sweep()

            assert (0, 0, set()) == (
                here.hub.count,
                here.hub.per_user["u"],
                here.subscriber.wanted,
            )

    def test_a_deleted_job_ends_its_streams(self) -> None:
        """At once by message, and by comparison when that was lost."""
        with world(5) as here:
            _, told = here.attach()
            here.subscriber.deliver(channels.for_job(JOB).encode(), channels.pack_gone().encode())
            _, untold = here.attach()
            here.deleted = True
            here.hub.compare()

            assert read_all(told)[1]
            assert read_all(untold)[1]

    def test_a_comparison_leaves_alone_who_came_while_sql_was_asked(self) -> None:
        """Naive: a job that the question did not name is not in the answer, so it seems deleted."""
        with world(5) as here:
            here.while_compared = here.attach
            here.hub.compare()
            settle()

            assert (1, False) == (here.hub.count, read_all(here.ends[0])[1])

    def test_a_revoked_session_ends_its_streams_only(self) -> None:
        """The stream says why, and others go on."""
        with world(5) as here:
            _, mine = here.attach()
            other, _ = here.attach()
            rounds(here, revoked={"s1"})._end_revoked(time.monotonic())  # noqa: SLF001 - one round

            data, closed = read_all(mine)
            assert data.endswith(b"event: auth_expired\ndata: {}\n\n")
            assert closed
            assert not other.gone

    def test_an_expired_token_says_so_and_an_old_stream_does_not(self) -> None:
        """Only the first has to sign in again."""
        with world(5) as here:
            expired, mine = here.attach()
            aged, theirs = here.attach()
            limits = Limits()
            limits.end(expired, now=0, signed_in_seconds=1)
            limits.end(aged, now=0, signed_in_seconds=9999)
            rounds(here)._visit(now=1000)  # noqa: SLF001 - one round, at a time of ours

            assert b"auth_expired" in read_all(mine)[0]
            assert b"auth_expired" not in read_all(theirs)[0]
            assert (True, True) == (expired.gone, aged.gone)

    def test_nothing_follows_the_terminal_event(self) -> None:
        """Not even a tick that comes in the same moment."""
        with world(1) as here:
            _, end = here.attach()
            here.commit(1)
            here.subscriber.deliver(channels.for_job(JOB).encode(), b"-\n{}")
            settle()

            data, closed = read_all(end)
            assert closed
            assert data.endswith(event_json(1, last=True) + b"\nid: j:1\n\n")

    def test_a_drain_closes_everybody(self) -> None:
        """All streams have ended when it returns."""
        with world(5) as here:
            ends = [here.attach()[1] for _ in range(20)]
            rounds(here).drain(0.2)

            assert all(read_all(end)[1] for end in ends)


class TestTicks:
    def test_come_between_the_milestones_they_belong_between(self) -> None:
        """Naive: a tick that was published before a milestone arrives after it, from SQL read."""
        with world(9) as here:
            here.commit(3)
            _, end = here.attach()
            for after in (2, 3):
                here.tick(after)
            here.commit(1)
            here.tick(3)
            data, _ = read_all(end)

            assert [b"after 3"] == re.findall(rb"after \d", data)
            assert data.index(b"id: j:3") < data.index(b"after 3") < data.index(b"id: j:4")

    def test_make_who_lacks_the_milestone_before_them_catch_up(self) -> None:
        """Naive: the tick comes first, and the milestones it follows only with the next repair."""
        with world(9) as here:
            _, end = here.attach()
            here.commit(4, lost={1, 2, 3, 4})
            here.tick(4)
            settle()
            here.tick(4)
            data, _ = read_all(end)

            assert [1, 2, 3, 4] == ids(data)
            assert data.index(b"id: j:4") < data.index(b"after 4")
            assert 1 == data.count(b"after 4")


class TestStrangers:
    @pytest.mark.parametrize(
        "payload",
        [b"", b"1", b"x\n{}", b"-\n{}", b"0\n{}", b"9" * 5000 + b"\n{}", b'1\n{"step":"complete"}'],
    )
    def test_on_a_jobs_channel_are_not_listened_to(self, payload: bytes) -> None:
        """Naive: it ends the one reader of all channels, and with it every live stream."""
        with world(5) as here:
            _, end = here.attach()
            here.subscriber.deliver(channels.for_job(JOB).encode(), payload)
            here.commit(5)

            assert [1, 2, 3, 4, 5] == ids(read_all(end)[0])


class TestFrames:
    def test_ticks_go_to_live_clients_without_id(self) -> None:
        """A tick moves no cursor."""
        with world(5) as here:
            _, end = here.attach()
            here.subscriber.deliver(channels.for_job(JOB).encode(), b'-0\n{"tick":1}')

            assert read_all(end)[0].endswith(b'\r\n\r\ndata: {"tick":1}\n\n')

    def test_heartbeats_reach_each_client_once_per_interval(self) -> None:
        """They are spread over the interval's rounds."""
        with world(5) as here:
            ends = [here.attach()[1] for _ in range(30)]
            turning = rounds(here)
            for _ in range(15):
                turning._visit(time.monotonic())  # noqa: SLF001 - a round, without waiting

            assert [1] * 30 == [read_all(end)[0].count(b"event: heartbeat") for end in ends]

    def test_heartbeats_leave_nobody_out_while_others_come_and_go(self) -> None:
        """Naive: they go by places in a list, which shift, so that some wait for minutes."""
        with world(5) as here:
            ends = [here.attach()[1] for _ in range(30)]
            passing = [here.attach()[0] for _ in range(10)]
            turning = rounds(here)
            for _ in range(15):
                for client in passing:
                    client.close()
                passing = [here.attach()[0] for _ in range(10)]
                turning._visit(time.monotonic())  # noqa: SLF001 - a round, without waiting

            assert [1] * 30 == [read_all(end)[0].count(b"event: heartbeat") for end in ends]

    def test_a_field_of_another_object_is_no_end(self) -> None:
        """Only the event's own step counts."""
        nested = b'{"jobId":"j","at":"2026-01-01T00:00:00Z","step":"analyzing","progress":1,'
        nested += b'"message":"m","data":{"step":"complete"}}'

        assert not is_terminal(nested)
        assert is_terminal(event_json(1, last=True))


def rounds(here: World, *, revoked: Collection[str] = ()) -> Rounds:
    return Rounds(here.hub, Limits(), revoked=lambda _within: set(revoked))
