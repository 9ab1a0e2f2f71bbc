"""What a column is for, from its keys, its type and its name."""

from collections.abc import Collection, Iterator
from enum import StrEnum

from catalog import words
from catalog.model import Column, Table
from catalog.structure import types
from catalog.structure.types import Family, family


class Role(StrEnum):
    """What a column is for."""

    PRIMARY_KEY = "primary_key"
    FOREIGN_KEY = "foreign_key"
    AUDIT_TIME = "audit_time"
    AUDIT_USER = "audit_user"
    SOFT_DELETE = "soft_delete"
    STATUS = "status"
    MONEY = "money"
    CURRENCY = "currency"
    FLAG = "flag"
    POLYMORPHIC_TYPE = "polymorphic_type"
    POLYMORPHIC_ID = "polymorphic_id"
    TIME = "time"
    MEASURE = "measure"
    LABEL = "label"
    FREE_TEXT = "free_text"
    PERSONAL = "personal"
    CODE = "code"
    OTHER = "other"


#: What a row is or is not; a whole number of this name is a flag.
STATES = words.vocabulary(
    "active inactive enabled disabled discontinued visible hidden locked obsolete public private"
)
_AUDIT_TIME = words.vocabulary("created updated modified inserted changed create update modify")
_AUDIT_NAMES = words.vocabulary(
    "createdate creationdate lastupdate lastmodified updatedate rowversion"
)
_DELETED = words.vocabulary("deleted archived removed discarded")
_MARKS = words.vocabulary("at on flag date time ind indicator")
_PAIR = 2
# A table's name beside the number of a row: `table_name`, `record_id`.
_THINGS = words.vocabulary("table entity object record resource content model item target")
_TELLING = words.vocabulary("name type class kind")
_ROWS = words.vocabulary("record row object entity resource")
_STATUS = words.vocabulary("status state stage phase lifecycle")
_MONEY = words.vocabulary(
    "price amount cost total subtotal revenue salary fee tax discount balance payment budget"
    " credit debit wage fare rent charge msrp income spend value"
)
_NO_MONEY = words.vocabulary(
    "count points number percent percentage rate ratio days months years terms"
)
_MEASURE = words.vocabulary(
    "quantity qty count weight height width length size duration rating score age stock points"
    " hours minutes seconds days units level number percent rate distance volume capacity area"
    " population temperature on hand"
)
_LABEL = words.vocabulary("name title label caption subject headline")
_FREE_TEXT = words.vocabulary(
    "description comment note notes body content text summary remark message bio memo"
)
_PERSONAL = words.vocabulary(
    "email mail phone mobile fax address street postcode zip birthday birthdate birth ssn iban"
    " passport gender firstname lastname surname postal username login password ip"
)
_PERSON_NAMES = (("first", "name"), ("last", "name"), ("given", "name"), ("family", "name"))
_CODE = words.vocabulary("code sku isbn ean barcode slug reference ref iso abbreviation symbol key")
_KIND = words.vocabulary("type kind category class")


def of_table(table: Table, referring: Collection[str]) -> dict[str, Role]:
    """Return the role of each column; `referring` names those that refer to another table."""
    pairs = _polymorphic(table, referring)
    single_key = table.primary_key if len(table.primary_key) == 1 else ()
    found: dict[str, Role] = {}
    for column in table.columns:
        if column.name in pairs:
            found[column.name] = pairs[column.name]
        elif column.name in single_key and column.name not in referring:
            found[column.name] = Role.PRIMARY_KEY
        elif column.name in referring:
            found[column.name] = _reference(column)
        elif column.name in table.primary_key:
            found[column.name] = Role.PRIMARY_KEY
        else:
            found[column.name] = _of_column(column)
    return found


def _reference(column: Column) -> Role:
    name = words.split(column.name)
    if "currency" in name:
        return Role.CURRENCY
    return Role.AUDIT_USER if _by_somebody(name) else Role.FOREIGN_KEY


def _by_somebody(name: tuple[str, ...]) -> bool:
    return len(name) > 1 and name[0] in _AUDIT_TIME | _DELETED and name[1] == "by"


def _polymorphic(table: Table, referring: Collection[str]) -> dict[str, Role]:
    """Find pairs such as `owner_type` and `owner_id`, where the type tells the table."""
    names = {words.split(column.name): column.name for column in table.columns}
    found = {}
    for name, spelled in names.items():
        partner = next(filter(None, map(names.get, _partners(name))), None)
        if partner is not None and not {partner, spelled} & set(referring):
            found[spelled], found[partner] = Role.POLYMORPHIC_TYPE, Role.POLYMORPHIC_ID
    return found


def _partners(name: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Yield what the id may be called whose table a column of this name tells."""
    if len(name) > 1 and name[-1] == "type":
        yield (*name[:-1], "id")
    if len(name) == _PAIR and name[0] in _THINGS and name[1] in _TELLING:
        yield from ((thing, "id") for thing in sorted(_ROWS))


def _of_column(column: Column) -> Role:
    name = words.split(column.name)
    if not name:
        return Role.OTHER
    kind = family(column.type)
    for rule in (_state, _moment, _amount, _text):
        role = rule(column, name, kind)
        if role is not None:
            return role
    return Role.CODE if name[-1] in ("id", "no", "nr", "number") else Role.OTHER


def _state(column: Column, name: tuple[str, ...], kind: Family) -> Role | None:
    if _by_somebody(name):
        return Role.AUDIT_USER
    marked = kind in (Family.TIME, Family.BOOLEAN) or len(name) == 1 or name[-1] in _MARKS
    if (name[0] in _DELETED and marked) or (name[0] == "is" and name[1:2] == ("deleted",)):
        return Role.SOFT_DELETE
    named = name[0] in ("is", "has", "can", "allow") and len(name) > 1
    said = len(name) == 1 and name[0] in STATES and _holds_a_mark(column, kind)
    if kind is Family.BOOLEAN or named or said:
        return Role.FLAG
    if name[-1] in _STATUS and kind not in (Family.TIME, Family.JSON, Family.BINARY):
        return Role.STATUS
    if column.enum:
        two = {value.lower() for value in column.enum}
        return Role.FLAG if two <= {"0", "1", "y", "n", "yes", "no", "t", "f"} else Role.STATUS
    return None


def _moment(_column: Column, name: tuple[str, ...], kind: Family) -> Role | None:
    timely = kind is Family.TIME or (name[-1] in ("at", "date", "on") and len(name) > 1)
    audit = name[0] in _AUDIT_TIME and name[-1] in ("at", "on", "date", "time", *_AUDIT_TIME)
    if (timely and audit) or "".join(name) in _AUDIT_NAMES or name == ("last", "update"):
        return Role.AUDIT_TIME
    return Role.TIME if timely else None


def _amount(column: Column, name: tuple[str, ...], kind: Family) -> Role | None:
    if "currency" in name:
        return Role.CURRENCY
    numeric = kind in (Family.DECIMAL, Family.INTEGER)
    # A whole number is an amount when its name ends so: `payment_processor` is none.
    named = name[-1:] if kind is Family.INTEGER and name[-1] != "cents" else name
    # A discount is a share as often as an amount.
    share = set(name) & _MONEY == {"discount"} and not types.holds_amounts(column.type)
    if numeric and set(named) & _MONEY and not set(name) & _NO_MONEY and not share:
        return Role.MONEY
    if numeric and (set(name) & _MEASURE or kind is Family.DECIMAL) and name[-1] != "id":
        return Role.CODE if name[-1] == "number" else Role.MEASURE
    return None


def _holds_a_mark(column: Column, kind: Family) -> bool:
    return kind is Family.INTEGER or column.type.lower().endswith("(1)")


def _text(_column: Column, name: tuple[str, ...], kind: Family) -> Role | None:
    if kind in (Family.INTEGER, Family.DECIMAL, Family.BINARY, Family.JSON):
        return None
    if set(name) & _PERSONAL or name[-2:] in _PERSON_NAMES:
        return Role.PERSONAL
    if name[-1] in _LABEL:
        return Role.LABEL
    if name[-1] in _FREE_TEXT:
        return Role.FREE_TEXT
    if name[-1] in _CODE or name[-1] in ("no", "nr", "number"):
        return Role.CODE
    return Role.STATUS if name[-1] in _KIND else None
