"""Ctrl-C, SIGTERM and a closed terminal, as requests that loops look at between their steps."""

import signal


class Requests:
    """What somebody asked this process to do; never set unless `listen` was called."""

    def __init__(self) -> None:
        self._count = 0

    @property
    def stop(self) -> bool:
        """Whether to stop."""
        return self._count > 0

    @property
    def hurry(self) -> bool:
        """Whether to stop without waiting for anybody: the signal came a second time."""
        return self._count > 1

    def listen(self) -> None:
        """Count the signals that ask for the end.

        Exceptions raised by a handler could hit between starting a process and noting it, and
        leave it behind; a count cannot.
        """
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._note)

    def _note(self, _number: int, _frame: object) -> None:
        self._count += 1
