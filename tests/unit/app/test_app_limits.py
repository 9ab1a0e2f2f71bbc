"""Asking whether Redis is back, beside the requests that would like to know."""

import threading

from app.limits import Beside


class TestBeside:
    def test_answers_at_once_with_what_it_found_out(self) -> None:
        """A question that hangs delays nobody, and is not asked again meanwhile."""
        asked, may_end = [0], threading.Event()

        def slow() -> bool:
            asked[0] += 1
            return may_end.wait(10)

        beside = Beside(slow)
        early = [beside(), beside()]
        may_end.set()
        for thread in threading.enumerate():
            if thread.name == "redis-check":
                thread.join()

        assert [False, False] == early
        assert beside()
        assert 1 == asked[0]

    def test_does_not_trust_an_old_answer(self) -> None:
        """What was true once is asked for again next time."""
        beside = Beside(lambda: True)
        beside()
        for thread in threading.enumerate():
            if thread.name == "redis-check":
                thread.join()

        assert [True, False] == [beside(), beside()]
