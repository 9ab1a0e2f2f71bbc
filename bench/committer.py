"""Somebody who commits and publishes milestones of several jobs while the bench looks on."""

import contextlib
import threading
from collections.abc import Sequence

import redis

from bench import pace
from bench.world import Person, World
from contract.steps import Step

PATIENCE_SECONDS = 40.0


class Committer(threading.Thread):
    """Commits milestones of all jobs in turn, so many per second each, until told to finish.

    A publish that Redis does not take is lost, as a worker's is.
    """

    def __init__(self, made: World, people: Sequence[Person], *, per_second: float) -> None:
        super().__init__(daemon=True)
        self._world, self._people, self._per_second = made, people, per_second
        self._finish = threading.Event()
        self.last = 0  # milestone that all jobs have

    def run(self) -> None:
        """Commit at the pace, and at last the end of each job."""
        jobs = len(self._people)
        for step in pace.steady(10**9, per_second=self._per_second * jobs):
            number, index = divmod(step - 1, jobs)
            if index == 0:
                self.last = number
                if self._finish.is_set():
                    break
            self._commit(self._people[index], number + 1, Step.ANALYZING)
        for person in self._people:
            self._commit(person, self.last + 1, Step.COMPLETE)
        self.last += 1

    def finish(self) -> int:
        """End all jobs; return the number of their last milestone."""
        self._finish.set()
        self.join(timeout=PATIENCE_SECONDS)
        return self.last

    def _commit(self, person: Person, number: int, step: Step) -> None:
        text = self._world.commit(person, number, step=step)
        with contextlib.suppress(redis.RedisError):
            self._world.publish(person, number, text)
