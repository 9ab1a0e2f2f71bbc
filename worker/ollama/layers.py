"""How far a pull is: the layers of a model, on one server after the other."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Layer:
    """One file of a model; its size is not always told."""

    completed: int
    total: int | None

    @property
    def whole(self) -> bool:
        """Whether all of it is there, as far as that is known."""
        return self.total is not None and self.completed >= self.total


class Layers:
    """The sum of what was told last about each layer, on each of so many servers."""

    def __init__(self, *, servers: int = 1) -> None:
        self._servers = servers
        self._done = 0  # servers
        self._before = 0  # bytes on them
        self._layers: dict[str, Layer] = {}

    def next_server(self) -> None:
        """Begin anew on another server."""
        self._done, self._before, self._layers = self._done + 1, self.completed, {}

    def see(self, digest: str, *, completed: int | None, total: int | None) -> bool:
        """Take in a line about a layer; return whether it has just become whole."""
        before = self._layers.get(digest, Layer(completed=0, total=None))
        now = Layer(
            # A line without a count says nothing new.
            completed=before.completed if completed is None else completed,
            total=before.total if total is None else total,
        )
        self._layers[digest] = now
        return now.whole and not before.whole

    @property
    def completed(self) -> int:
        """Bytes that are there, on all servers."""
        return self._before + self._here

    @property
    def total(self) -> int | None:
        """Bytes of all layers named so far, on all servers; None while a size is unknown."""
        each = self._each
        return None if each is None else self._before + each * (self._servers - self._done)

    @property
    def share(self) -> float:
        """How much of the layers is on this server, 0 to 1; 0 while a size is unknown."""
        return self._here / self._each if self._each else 0.0

    @property
    def whole(self) -> int:
        """How many layers are on this server."""
        return sum(layer.whole for layer in self._layers.values())

    def of_all(self, percent: int) -> int:
        """Return the percentage of the whole pull that so much of this server's makes."""
        return (100 * self._done + percent) // self._servers

    @property
    def _here(self) -> int:
        return sum(layer.completed for layer in self._layers.values())

    @property
    def _each(self) -> int | None:
        totals = [layer.total for layer in self._layers.values()]
        known = [total for total in totals if total is not None]
        return sum(known) if known and len(known) == len(totals) else None


def size(count: int) -> str:
    """Return a number of bytes for people, as Ollama writes it."""
    value = float(count)
    for unit in ("B", "kB", "MB"):
        if value < 1000:  # noqa: PLR2004 - the step from one unit to the next
            return f"{value:.0f} {unit}"
        value /= 1000
    return f"{value:.1f} GB"
