"""One running stream of signs of life, made of those of several answers written at once."""

from dataclasses import dataclass, field, replace

from worker.pipeline.ports import Tick


@dataclass(kw_only=True)
class Chorus:
    """Counts the tokens of all answers together, and lets one of them be read until it ends."""

    _parts: dict[int, Tick] = field(default_factory=dict)  # the last word of each, oldest first
    _before: int = 0  # tokens of answers that have ended
    _leading: int | None = None

    def hear(self, part: int, tick: Tick) -> Tick:
        """Return what is to be told now that this part has said something.

        Tokens never fall; the speed is that of all that write; message and tail are of one part.
        """
        last = self._parts.get(part)
        if last is not None and tick.tokens < last.tokens:
            self._before += last.tokens  # it has begun another answer
        self._parts[part] = tick
        leading = self._parts.get(-1 if self._leading is None else self._leading)
        if leading is None or not leading.tail:
            self._leading = next((key for key, each in self._parts.items() if each.tail), part)
        shown = self._parts[part if self._leading is None else self._leading]
        speeds = [each.tokens_per_second for each in self._parts.values() if each.tail]
        told = [speed for speed in speeds if speed is not None]
        return replace(
            shown,
            tokens=self._before + sum(each.tokens for each in self._parts.values()),
            tokens_per_second=sum(told) if told else None,
        )

    def end(self, part: int) -> None:
        """Note that this part says nothing more."""
        last = self._parts.pop(part, None)
        self._before += last.tokens if last is not None else 0
        if part == self._leading:
            self._leading = None
