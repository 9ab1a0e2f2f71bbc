"""Says what a referring column refers to, and which part the other row plays."""

from catalog import words
from catalog.context import Confidence, Text
from catalog.model import Column, Table
from catalog.structure.relations import Relation
from worker.pipeline import wording
from worker.pipeline.facts import Facts

_LIKELY = 0.8
_KEY_WORDS = frozenset({"id", "code", "key", "no", "nr", "fk"})
_WAYS = frozenset({"from", "to"})
#: What ends in one of these is no part, but how it is played: ship via.
PREPOSITIONS = frozenset({"by", "to", "via", "from", "of"})
_PLACES = frozenset({"parent", "previous", "next", "original", "root", "first", "last"})


def describe(known: Facts, table: Table, column: Column, reference: Relation) -> Text:
    """Return what the column refers to and in which part, and whether that is declared."""
    target = f"{reference.target}.{reference.target_columns[0]}"
    one, other = known.names.one(table.id), known.names.one(reference.target)
    part = played(known, reference)
    if part is not None and part.endswith(" by"):
        spoken = f"The {other} by whom this {one} was {part.removesuffix(' by')}"
    elif part is not None and part.endswith(" to"):
        spoken = f"The {other} that this {one} {part}"
    elif part is not None and part.split(" ")[0] in _WAYS:
        spoken = f"The {other} that this {one} is {part.split(' ')[0]}"
    elif reference.target == table.id and (part is None or part in _PLACES):
        spoken = f"The {part or 'other'} {one} of this {one}"
    elif part is None or part.split(" ")[-1] in PREPOSITIONS:
        spoken = f"The {other} of this {one}"
    elif part.endswith(f" {other}"):
        spoken = f"The {part} of this {one}"
    else:
        which = f"another {one}" if reference.target == table.id else wording.article(other)
        spoken = f"The {part} of this {one}, {which}"
    empty = " May be empty." if column.nullable and column.name not in table.primary_key else ""
    if reference.declared:
        return _template(f"{spoken} (refers to {target}).{empty}", "high", "foreign key")
    return _template(
        f"Probably: {spoken[0].lower()}{spoken[1:]}. No declared key says so, but the name and "
        f"type fit {target}.{empty}",
        "medium" if reference.score >= _LIKELY else "low",
        "name",
        "type",
    )


def played(known: Facts, reference: Relation) -> str | None:
    """Return the part the target plays, e.g. manager; None where the name only repeats it.

    Where the column says it with the target's name, so does the part: billing address.
    """
    pieces = list(words.split(reference.columns[0]))
    keys = {name.lower() for name in reference.target_columns} | _KEY_WORDS
    while len(pieces) > 1 and pieces[-1] in keys:
        pieces.pop()
    spoken = [*pieces[:-1], words.singular(pieces[-1])]
    target = list(known.names.words(reference.target))
    if spoken in (target, target[-1:]) or spoken[0] in {"id", "fk"}:
        return None
    if len(spoken) > len(target) and spoken[-len(target) :] == target:
        part = words.humanise(" ".join(spoken[: -len(target)]))
        return f"{part} {known.names.one(reference.target)}"
    return words.humanise(" ".join(spoken))


def _template(text: str, confidence: Confidence, *evidence: str) -> Text:
    return Text(text=text, source="template", confidence=confidence, evidence=evidence)
