"""How far a pull is, summed over the layers of a model on all servers that get it."""

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
    """The sum of what was told last about each layer."""

    def __init__(self) -> None:
        self._layers: dict[tuple[str, str], Layer] = {}

    def see(self, server: str, digest: str, *, completed: int | None, total: int | None) -> bool:
        """Take in a line about a layer; return whether it has just become whole."""
        before = self._layers.get((server, digest), Layer(completed=0, total=None))
        now = Layer(
            # A line without a count says nothing new.
            completed=before.completed if completed is None else completed,
            total=before.total if total is None else total,
        )
        self._layers[server, digest] = now
        return now.whole and not before.whole

    @property
    def completed(self) -> int:
        """Bytes that are there."""
        return sum(layer.completed for layer in self._layers.values())

    @property
    def total(self) -> int | None:
        """Bytes of all layers that were named so far; None while a size is unknown."""
        totals = [layer.total for layer in self._layers.values()]
        known = [total for total in totals if total is not None]
        return sum(known) if known and len(known) == len(totals) else None

    @property
    def whole(self) -> int:
        """How many layers are there."""
        return sum(layer.whole for layer in self._layers.values())


def size(count: int) -> str:
    """Return a number of bytes for people, as Ollama writes it."""
    value = float(count)
    for unit in ("B", "kB", "MB"):
        if value < 1000:  # noqa: PLR2004 - the step from one unit to the next
            return f"{value:.0f} {unit}"
        value /= 1000
    return f"{value:.1f} GB"
