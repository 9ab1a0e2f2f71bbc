"""Reads M-Schema back into what it says: tables, columns, keys and joins."""

import json
import re
from dataclasses import dataclass, field

NAME = r'"(?:[^"\\]|\\.)*"|[^:()\[\],=."#\n]+'
TABLE = re.compile(rf"# (Table|View): ((?:{NAME})(?:\.(?:{NAME}))?)(?:, (.*))?")
COLUMN = re.compile(
    rf"\(({NAME}):((?:(?!, ).)*?)(?:, (?!Primary Key|Examples: \[)(.*?))?(, Primary Key)?"
    r"(?:, Examples: \[(.*)\])?\),?"
)
SIDE = rf"((?:{NAME})(?:\.(?:{NAME}))?)\.({NAME})"
VALUE = re.compile(r'(?:^|, )("(?:[^"\\]|\\.)*"|[^\[\],"]+)')


@dataclass(kw_only=True)
class Read:
    """A table as M-Schema tells it."""

    view: bool
    text: str | None
    columns: dict[str, str] = field(default_factory=dict)  # name -> type
    texts: dict[str, str] = field(default_factory=dict)
    keys: list[str] = field(default_factory=list)
    values: dict[str, list[str]] = field(default_factory=dict)


Join = tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...], tuple[str, ...], bool]


def parse(text: str) -> tuple[dict[tuple[str, ...], Read], list[Join]]:
    """Return the tables by the parts of their names, and the joins, with whether declared."""
    head, joins = text.split("\n【Foreign keys】\n")
    found: dict[tuple[str, ...], Read] = {}
    table: Read | None = None
    for line in head.split("\n")[2:]:
        if line in {"[", "]"}:
            continue
        opened = TABLE.fullmatch(line)
        if opened:
            table = Read(view=opened[1] == "View", text=opened[3])
            found[names(opened[2])] = table
            continue
        assert table is not None, line
        read_column(line, table)
    return found, [join(line) for line in joins.split("\n") if line]


def read_column(line: str, table: Read) -> None:
    """Put a column's line into its table."""
    column = COLUMN.fullmatch(line)
    assert column is not None, line
    name = plain(column[1])
    table.columns[name] = column[2]
    if column[3]:
        table.texts[name] = column[3]
    if column[4]:
        table.keys.append(name)
    if column[5]:
        table.values[name] = [plain(value) for value in VALUE.findall(column[5])]


def join(line: str) -> Join:
    """Return one line of the foreign keys."""
    declared = not line.endswith(" (implied)")
    pairs = re.findall(rf"{SIDE}={SIDE}(?: AND |$)", line.removesuffix(" (implied)"))
    assert pairs, line
    return (
        names(pairs[0][0]),
        tuple(plain(pair[1]) for pair in pairs),
        names(pairs[0][2]),
        tuple(plain(pair[3]) for pair in pairs),
        declared,
    )


def names(text: str) -> tuple[str, ...]:
    """Return the parts of a table's name."""
    return tuple(map(plain, re.findall(NAME, text)))


def plain(name: str) -> str:
    """Return a name without its quotation."""
    value: str = json.loads(name) if name.startswith('"') else name
    return value
