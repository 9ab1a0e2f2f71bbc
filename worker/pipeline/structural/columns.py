"""Says what a column is, from its comment, keys, role, type and name."""

from collections.abc import Callable

from catalog import words
from catalog.context import ColumnContext, Confidence, Text
from catalog.model import Column, Table
from catalog.structure.kinds import Kind
from catalog.structure.roles import Role
from worker.pipeline import facts, wording
from worker.pipeline.facts import Facts
from worker.pipeline.structural import flags, moments, references

_UNITS = wording.vocabulary(
    "grams kg kilograms km meters metres cm mm seconds minutes hours days weeks months years "
    "bytes kb mb percent pct ms milliseconds degrees pixels"
)
_GUESSED = frozenset({Role.OTHER, Role.MEASURE, Role.CODE, Role.LABEL, Role.FREE_TEXT})
_OBVIOUS = frozenset(
    {Role.PRIMARY_KEY, Role.FOREIGN_KEY, Role.AUDIT_TIME, Role.AUDIT_USER, Role.SOFT_DELETE}
)


def write(known: Facts, table: Table) -> tuple[ColumnContext, ...]:
    """Return a text for every column of the table, in the table's order."""
    return tuple(
        ColumnContext(
            name=column.name,
            description=describe(known, table, column),
            role=str(known.role(table, column.name)),
        )
        for column in table.columns
    )


def describe(known: Facts, table: Table, column: Column) -> Text:
    """Return the column's comment where it has one, else what its facts say."""
    comment = (column.comment or "").strip()
    if comment:
        return Text(text=comment, source="comment", confidence="high", evidence=("comment",))
    reference = known.reference(table.id, column.name)
    role = known.role(table, column.name)
    if reference is not None:
        return references.describe(known, table, column, reference)
    if column.name in table.primary_key:
        return _key(known, table, column)
    says, confidence, evidence = _BY_ROLE.get(role, (_of_the, "low", ("name",)))
    # A few allowed values make no status of a name that nobody can read.
    guessed = role in _GUESSED or (role is Role.STATUS and column not in known.states(table))
    if known.kind(table.id) is Kind.LEGACY and guessed:
        says, confidence, evidence = _unknown, "low", ("type",)
    text = says(known, table, column)
    if column.enum:
        text += f" One of: {wording.listing(column.enum, limit=12)}."
        evidence = (*evidence, "allowed values")
    elif codes := known.values(table, column):
        text += f" Values seen: {wording.listing(codes, limit=12)}."
        evidence = (*evidence, "values seen")
    elif facts.unique(table, (column.name,)):
        text += " No two rows share it."
        evidence = (*evidence, "unique key")
    return _template(text, confidence, *evidence)


def obvious(known: Facts, table: Table, column: Column) -> bool:
    """Tell whether the facts alone explain the column: a comment, a key, or housekeeping."""
    if (column.comment or "").strip():
        return True
    reference = known.reference(table.id, column.name)
    if reference is not None:
        return reference.declared
    return known.role(table, column.name) in _OBVIOUS


def _template(text: str, confidence: Confidence, *evidence: str) -> Text:
    return Text(text=text, source="template", confidence=confidence, evidence=evidence)


def _key(known: Facts, table: Table, column: Column) -> Text:
    one = known.names.one(table.id)
    if len(table.primary_key) == 1:
        one = "row" if known.kind(table.id) is Kind.LEGACY else one
        return _template(f"Identifies the {one} (primary key).", "high", "primary key")
    others = wording.listing([name for name in table.primary_key if name != column.name])
    spoken = wording.sentence(words.humanise(column.name))
    return _template(
        f"{spoken} Together with {others} it identifies the {one}.", "high", "primary key"
    )


def _soft_delete(known: Facts, table: Table, column: Column) -> str:
    one = known.names.one(table.id)
    if moments.is_moment(column):
        return f"Set when the {one} counts as deleted; empty while it is in use (soft delete)."
    return f"Marks the {one} as deleted without removing the row (soft delete)."


def _money(known: Facts, table: Table, column: Column) -> str:
    whose = _whose(known, table, column)
    text = f"{words.title(column.name)}{whose}, an amount of money"
    currencies = known.having(table, Role.CURRENCY)
    return f"{text} in the currency of {currencies[0].name}." if currencies else f"{text}."


def _currency(known: Facts, table: Table, column: Column) -> str:
    amounts = [column.name for column in known.having(table, Role.MONEY)]
    if amounts:
        return f"The currency of {wording.listing(amounts)}."
    return f"Currency{_whose(known, table, column)}."


def _flag(known: Facts, table: Table, column: Column) -> str:
    return wording.sentence(flags.meaning(column, known.names.one(table.id)))


def _polymorphic_type(known: Facts, table: Table, column: Column) -> str:
    partner = column.name.removesuffix("type") + "id"
    if partner in {each.name for each in table.columns}:
        return f"Says which table {partner} points into."
    keys = [each.name for each in known.having(table, Role.POLYMORPHIC_ID)]
    return f"Says which table {wording.listing(keys) or 'the row'} points into."


def _polymorphic_id(_known: Facts, table: Table, column: Column) -> str:
    partner = column.name.removesuffix("id") + "type"
    named = any(other.name == partner for other in table.columns)
    where = f"the table that {partner} names" if named else "another table"
    return f"Key of a row in {where}; no foreign key can be declared for it."


def _time(known: Facts, table: Table, column: Column) -> str:
    return wording.sentence(moments.meaning(column, known.names.one(table.id)))


def _measure(known: Facts, table: Table, column: Column) -> str:
    pieces = words.split(column.name)
    whose = _whose(known, table, column)
    said = len(pieces) > 1 and pieces[-2].endswith(("ly", "ing"))  # "weekly hours" is one notion
    if len(pieces) > 1 and pieces[-1] in _UNITS and not said:
        unit = "percent" if pieces[-1] == "pct" else pieces[-1]
        what = pieces[:-2] if pieces[-2] == "in" else pieces[:-1]  # "share in percent"
        return f"{words.title(' '.join(what))}{whose}, in {unit}."
    return f"{words.title(column.name)}{whose}, a number."


def _of_the(known: Facts, table: Table, column: Column) -> str:
    return f"{words.title(column.name)}{_whose(known, table, column)}."


def _whose(known: Facts, table: Table, column: Column) -> str:
    """Return " of the film" or the like, where people would say it.

    Nobody says "order number of the order"; and a row of a view has no name: film_list holds films.
    """
    own = {words.singular(piece) for piece in words.split(column.name)}
    if table.kind == "view" or own.issuperset(known.names.words(table.id)):
        return ""
    return f" of the {known.names.one(table.id)}"


def _free_text(known: Facts, table: Table, column: Column) -> str:
    return _of_the(known, table, column)[:-1] + " (free text)."


def _personal(known: Facts, table: Table, column: Column) -> str:
    return _of_the(known, table, column)[:-1] + "; personal data by its name."


def _unknown(_known: Facts, _table: Table, column: Column) -> str:
    return f"The name does not tell what it means; its type is {column.type or 'not declared'}."


_Says = Callable[[Facts, Table, Column], str]
_BY_ROLE: dict[Role, tuple[_Says, Confidence, tuple[str, ...]]] = {
    Role.PRIMARY_KEY: (_of_the, "medium", ("name",)),
    Role.FOREIGN_KEY: (_of_the, "medium", ("name",)),
    Role.AUDIT_TIME: (_time, "high", ("name", "type")),
    Role.AUDIT_USER: (_of_the, "medium", ("name",)),
    Role.SOFT_DELETE: (_soft_delete, "medium", ("name", "type")),
    Role.STATUS: (_of_the, "medium", ("name",)),
    Role.MONEY: (_money, "medium", ("name", "type")),
    Role.CURRENCY: (_currency, "medium", ("name", "type")),
    Role.FLAG: (_flag, "medium", ("name", "type")),
    Role.POLYMORPHIC_TYPE: (_polymorphic_type, "medium", ("name",)),
    Role.POLYMORPHIC_ID: (_polymorphic_id, "medium", ("name",)),
    Role.TIME: (_time, "medium", ("name", "type")),
    Role.MEASURE: (_measure, "medium", ("name", "type")),
    Role.LABEL: (_of_the, "medium", ("name",)),
    Role.FREE_TEXT: (_free_text, "medium", ("name", "type")),
    Role.PERSONAL: (_personal, "medium", ("name",)),
    Role.CODE: (_of_the, "medium", ("name",)),
}
