"""A client's stream at every interleaving of SQL and live delivery."""

import re
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from contract import channels, events
from contract.steps import Step
from relay.hub import PENDING_LIMIT, TICKS_UNREAD_LIMIT, Follower
from relay.streams import Limits, Milestone, Stream

AT = datetime(2026, 1, 1, tzinfo=UTC)
LIMITS = Limits(heartbeat_seconds=60)


def event_json(seq: int | None, *, last: bool = False) -> bytes:
    step = Step.COMPLETE if last else Step.ANALYZING
    event = events.Event(job_id="j", seq=seq, at=AT, step=step, progress=50, message=f"event {seq}")
    return events.encode(event).encode()


def milestones(count: int) -> list[Milestone]:
    return [Milestone(seq, event_json(seq, last=seq == count)) for seq in range(1, count + 1)]


def sent_ids(frames: list[bytes]) -> list[int]:
    found = (re.match(rb"id: j:(\d+)\n", frame) for frame in frames)
    return [int(match[1]) for match in found if match]


class Script:
    """A world in which each read of SQL is followed by more commits and deliveries.

    `committed` says how many milestones SQL holds at each read; `delivered` which of the newly
    committed ones also arrive live, the others being lost.
    """

    def __init__(self, follower: Follower, total: int, pace: list[int], lost: set[int]) -> None:
        self.follower, self.all, self.pace, self.lost = follower, milestones(total), pace, lost
        self.committed = 0

    def read(self, _job_id: str, after: int, limit: int) -> list[Milestone]:
        found = [m for m in self.all[: self.committed] if m.seq > after][:limit]
        self.advance()
        return found

    def advance(self) -> None:
        step = self.pace.pop(0) if self.pace else 1
        for milestone in self.all[self.committed : self.committed + step]:
            if milestone.seq not in self.lost:
                self.follower.offer(channels.Payload(milestone.seq, milestone.json))
        self.committed = min(self.committed + step, len(self.all))
        # The repair round: lost and later events are found at the latest by it.
        self.follower.catch_up()


class TestStream:
    @given(
        total=st.integers(1, 30),
        pace=st.lists(st.integers(0, 9), max_size=30),
        lost=st.sets(st.integers(1, 30)),
        last=st.integers(0, 30),
    )
    def test_sends_every_milestone_once_in_order(
        self, total: int, pace: list[int], lost: set[int], last: int
    ) -> None:
        """Commits between subscribing and reading, losses and duplicates leave no trace."""
        start = min(last, total - 1)
        follower = Follower("j", start)
        script = Script(follower, total, pace, lost)
        script.committed = start
        stream = Stream(follower, read=script.read, limits=LIMITS, signed_in_seconds=60)

        assert list(range(start + 1, total + 1)) == sent_ids(list(stream.frames()))

    def test_drops_what_it_has_sent(self) -> None:
        """A milestone that arrives from SQL and live is sent once."""
        follower = Follower("j", 0)
        for milestone in milestones(2):
            follower.offer(channels.Payload(milestone.seq, milestone.json))
        stream = Stream(
            follower,
            read=lambda _job, after, _limit: milestones(2)[after:],
            limits=LIMITS,
            signed_in_seconds=60,
        )

        assert [1, 2] == sent_ids(list(stream.frames()))

    def test_ends_after_the_terminal_event(self) -> None:
        """Nothing follows `complete`, not even a tick that was waiting."""
        follower = Follower("j", 0)

        def read(_job: str, after: int, _limit: int) -> list[Milestone]:
            follower.offer(channels.Payload(None, event_json(None)))
            return milestones(1)[after:]

        frames = list(Stream(follower, read=read, limits=LIMITS, signed_in_seconds=60).frames())

        assert b'"step":"complete"' in frames[-1]

    def test_says_that_retention_purged_earlier_events(self) -> None:
        """The terminal snapshot carries `truncated`."""
        follower = Follower("j", 0)
        stream = Stream(
            follower,
            read=lambda _job, after, _limit: milestones(9)[8:] if after < 9 else [],
            limits=LIMITS,
            signed_in_seconds=60,
        )
        frames = list(stream.frames())

        assert [9] == sent_ids(frames)
        assert b'"truncated":true' in frames[-1]

    def test_ends_with_auth_expired_when_the_token_does(self) -> None:
        """A stream does not outlive the sign-in, even while ticks keep it busy."""
        follower = Follower("j", 0)

        def read(_job: str, _after: int, _limit: int) -> list[Milestone]:
            follower.catch_up()  # always something to do
            return []

        frames = list(Stream(follower, read=read, limits=LIMITS, signed_in_seconds=0.05).frames())

        assert b"event: auth_expired\ndata: {}\n\n" == frames[-1]

    def test_closes_at_its_age_without_a_word(self) -> None:
        """The client resumes by its cursor."""
        follower = Follower("j", 0)
        stream = Stream(
            follower,
            read=lambda *_: [],
            limits=Limits(age_seconds=0.05),
            signed_in_seconds=60,
        )

        assert 1 == len(list(stream.frames()))

    def test_shows_that_it_lives(self) -> None:
        """Heartbeats come while nothing happens."""
        follower = Follower("j", 0)
        stream = Stream(
            follower,
            read=lambda *_: [],
            limits=Limits(heartbeat_seconds=0.02, age_seconds=0.2),
            signed_in_seconds=60,
        )

        beats = [frame for frame in stream.frames() if frame.startswith(b"event: heartbeat")]
        assert 3 <= len(beats)

    def test_ends_when_the_process_shuts_down(self) -> None:
        """The client resumes on the next process."""
        follower = Follower("j", 0)
        follower.end()
        stream = Stream(follower, read=lambda *_: [], limits=LIMITS, signed_in_seconds=60)

        assert 1 == len(list(stream.frames()))


class TestFollower:
    def test_holds_few_ticks_of_a_slow_client(self) -> None:
        """Ticks are dropped first: losing them loses nothing."""
        follower = Follower("j", 0)
        for _ in range(100):
            follower.offer(channels.Payload(None, b"{}"))

        assert TICKS_UNREAD_LIMIT == len(list(follower.take()))

    def test_reads_sql_instead_of_piling_up_milestones(self) -> None:
        """A client that does not read costs a bounded number of payloads."""
        follower = Follower("j", 0)
        follower.behind = False
        for seq in range(1, 10 * PENDING_LIMIT):
            follower.offer(channels.Payload(seq, b"{}"))

        assert follower.behind
        assert PENDING_LIMIT >= len(list(follower.take()))
