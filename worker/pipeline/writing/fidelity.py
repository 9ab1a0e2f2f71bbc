"""Holds other words for a computed sentence against it: it is said again, nothing is added."""

from collections.abc import Sequence

from worker.pipeline.writing import answers, grounding, numerals
from worker.pipeline.writing.desk import Desk
from worker.pipeline.writing.grounding import Judged


def judge(desk: Desk, fact: str, value: object, *, names: Sequence[str] = ()) -> Judged | None:
    """Hold the words against the fact: all its numbers as often, no name but its own and `names`.

    A sentence that can be left out of the text cannot be left out of what it says.
    """
    text = answers.prose(value)
    if text is None:
        return None
    judged = desk.ground(fact).judge(text)
    faults = [*judged.faults, *_foreign(desk, text, " ".join((fact, *names)))]
    lost = numerals.missing(fact, text, language=desk.request.language)
    faults += [f"the number {number} is missing" for number in sorted(lost)]
    if faults:
        return Judged(kept="", faults=tuple(faults), dropped=max(1, judged.dropped))
    return judged


def translated(desk: Desk, fact: str, value: object) -> Judged | None:
    """Hold a translation against the fact: as `judge` does, and every identifier is still there."""
    judged = judge(desk, fact, value)
    if judged is None or judged.faults:
        return judged
    lost = grounding.identifiers(fact) - grounding.words(judged.kept)
    if lost:
        faults = tuple(f"{name} is missing" for name in sorted(lost))
        return Judged(kept="", faults=faults, dropped=1)
    return judged


def _foreign(desk: Desk, text: str, fact: str) -> Sequence[str]:
    """Return what is wrong about names that exist, but not in the fact."""
    own = grounding.words(fact)
    tables = {table.id.lower() for table in desk.known.snapshot.tables}
    foreign = (grounding.words(text) & tables) | grounding.names(text)
    return [f"the fact does not speak of {name}" for name in sorted(foreign - own)]
