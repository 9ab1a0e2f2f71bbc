"""Search indexes kept in memory: building one costs much more than asking it."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable

from catalog.search.index import Index


class Indexes:
    """The most recently used indexes, at most `capacity`; safe to use from several threads."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._kept: OrderedDict[Hashable, Index] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, build: Callable[[], Index]) -> Index:
        """Return the index kept under `key`, or build and keep it.

        Two threads that miss at once both build; that is cheaper than making others wait.
        """
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        built = build()
        with self._lock:
            self._kept[key] = built
            self._kept.move_to_end(key)
            while len(self._kept) > self._capacity:
                self._kept.popitem(last=False)
        return built
