"""What kind of value a declared type holds, across databases."""

import re
from enum import StrEnum

_WORD = re.compile(r"[a-z_]+")
_SIZE = re.compile(r"\((\d+)(?:\s*,\s*(\d+))?\)")
_PERCENTAGE_DIGITS = 3  # before the point
_FAMILIES = {
    "integer": "int integer smallint bigint tinyint mediumint serial bigserial smallserial int2"
    " int4 int8 number identity",
    "decimal": "decimal numeric dec real double float float4 float8 money smallmoney",
    "text": "char character varchar nvarchar nchar text citext tinytext mediumtext longtext string"
    " clob bpchar enum set name varchar2 nvarchar2",
    "uuid": "uuid uniqueidentifier",
    "time": "date datetime timestamp timestamptz time timetz year interval datetime2 smalldatetime"
    " datetimeoffset",
    "boolean": "bool boolean bit",
    "json": "json jsonb hstore xml",
    "binary": "blob bytea binary varbinary tinyblob mediumblob longblob image",
}
_BY_WORD = {word: family for family, names in _FAMILIES.items() for word in names.split()}


class Family(StrEnum):
    """A kind of value."""

    INTEGER = "integer"
    DECIMAL = "decimal"
    TEXT = "text"
    UUID = "uuid"
    TIME = "time"
    BOOLEAN = "boolean"
    JSON = "json"
    BINARY = "binary"
    OTHER = "other"


def family(declared: str) -> Family:
    """Return the family of a type as the database prints it, e.g. of `numeric(10,2)`."""
    lowered = declared.lower()
    if lowered.startswith("tinyint(1)"):
        return Family.BOOLEAN
    found = _WORD.match(lowered)
    return Family(_BY_WORD.get(found[0], "other")) if found else Family.OTHER


def holds_amounts(declared: str) -> bool:
    """Whether a type is made for amounts: exact, with room for more than a percentage."""
    size = _SIZE.search(declared)
    if size is None:
        return "money" in declared.lower()
    return int(size[1]) - int(size[2] or 0) > _PERCENTAGE_DIGITS


def may_join(one: str, other: str) -> bool:
    """Whether columns of these types may refer to each other."""
    families = {family(one), family(other)}
    if Family.OTHER in families or len(families) == 1:
        return True
    # SQLite and old schemas keep whole numbers as decimals, and UUIDs as text.
    return families in ({Family.INTEGER, Family.DECIMAL}, {Family.UUID, Family.TEXT})
