"""The part of a context that a model needs to write the SQL for one question, within a budget."""

from collections.abc import Sequence
from typing import Final

from catalog import dialects
from catalog.context import Context
from catalog.model import Snapshot, Table
from catalog.renderings import joins, lines, prompt_blocks, written
from catalog.renderings.joins import Join
from catalog.renderings.prompt_blocks import Block
from catalog.search.index import Hit

#: Below this there is no room for a table.
FEWEST_TOKENS: Final = 200
#: Tables beside the best one are shown down to this share of its score, and at most so many.
_WORTH: Final = 0.25
MOST_TABLES: Final = 15
#: A wide table shows so many columns at first, and so many if there is room.
_NARROW, _WIDE = 8, 60
_NAME_CHARACTERS: Final = 40
_QUESTION_CHARACTERS: Final = 200
_QUESTION_SHARE: Final = 0.1
_FOOTER_TOKENS: Final = 40
_JOINS_OF_A_PAIR: Final = 3


def render(
    snapshot: Snapshot, context: Context, hits: Sequence[Hit], *, question: str, tokens: int
) -> str:
    """Return the tables that the question needs, in at most `tokens` (at least FEWEST_TOKENS).

    The last-ranked tables are dropped first, and of those that stay the least related columns.
    """
    database = lines.shortened(snapshot.database, _NAME_CHARACTERS)
    product = dialects.product(snapshot.dialect)
    head = [f"-- Of the schema of {database} ({product}), what this question may need."]
    asked = f"-- Question: {lines.shortened(question, _QUESTION_CHARACTERS)}"
    if prompt_blocks.cost([asked]) <= tokens * _QUESTION_SHARE:
        head.append(asked)
    room = tokens - prompt_blocks.cost(head) - _FOOTER_TOKENS
    drawn = _Drawing(snapshot, context, hits)
    while drawn.tokens() > room and drawn.blocks:
        drawn.shrink()
    drawn.widen(room - drawn.tokens())
    rows = [*head, *drawn.lines()]
    rows += _footer(drawn, snapshot, tokens - prompt_blocks.cost(rows))
    return "\n".join(rows) + "\n"


class _Drawing:
    """The blocks that are still in, and the joins between them."""

    def __init__(self, snapshot: Snapshot, context: Context, hits: Sequence[Hit]) -> None:
        self._dialect = snapshot.dialect
        self._joins = [join for join in joins.of(snapshot) if _writable(join)]
        wanted = self._wanted(snapshot, hits)
        texts = written.Texts(context)
        needed = {hit.table: [column.name for column in hit.columns] for hit in hits}
        self.blocks = [
            Block(
                table,
                self._ordered(table, needed.get(table.id, []), wanted),
                texts=texts,
                dialect=self._dialect,
                shown=_NARROW,
            )
            for table in wanted
        ]
        self.dropped: list[str] = []

    def shrink(self) -> None:
        """Give up the last table; of the only one left, a column first."""
        if len(self.blocks) == 1 and self.blocks[0].shown:
            self.blocks[0].shown -= 1
            return
        self.dropped.insert(0, prompt_blocks.table_name(self.blocks.pop().table, self._dialect))

    def widen(self, room: int) -> None:
        """Show more columns of the best tables, as far as there is room."""
        for block in self.blocks:
            room = block.widen(room, most=_WIDE)

    def tokens(self) -> int:
        """Return what all costs."""
        own = sum(block.tokens() for block in self.blocks)
        return own + prompt_blocks.cost(self._join_lines())

    def lines(self) -> list[str]:
        """Return all lines."""
        return [*(row for block in self.blocks for row in block.lines()), *self._join_lines()]

    def _join_lines(self) -> list[str]:
        shown = {block.table.id for block in self.blocks}
        rows: list[str] = []
        counted: dict[tuple[str, str], int] = {}
        for join in self._joins:
            pair = join.table.id, join.target.id
            if shown.issuperset(pair) and counted.get(pair, 0) < _JOINS_OF_A_PAIR:
                counted[pair] = counted.get(pair, 0) + 1
                rows.append(prompt_blocks.join_line(join, self._dialect))
        return rows

    def _wanted(self, snapshot: Snapshot, hits: Sequence[Hit]) -> list[Table]:
        """Return the tables worth showing, the best first."""
        least = hits[0].score * _WORTH if hits else 0.0
        ids = [hit.table for hit in hits[:MOST_TABLES] if hit.score >= least]
        tables = (snapshot.find(table_id) for table_id in ids)
        return [
            table
            for table in tables
            if table is not None and all(map(prompt_blocks.writable, table.id.split(".")))
        ]

    def _ordered(self, table: Table, matched: Sequence[str], wanted: Sequence[Table]) -> list[str]:
        """Return the table's columns: keys of joins that are shown, what matched, the others."""
        ids = {other.id for other in wanted}
        keys = list(table.primary_key)
        for join in self._joins:
            if join.table.id in ids and join.target.id in ids:
                keys += join.columns if join.table is table else ()
                keys += join.target_columns if join.target is table else ()
        every = [column.name for column in table.columns]
        known = set(every)
        return [name for name in dict.fromkeys((*keys, *matched, *every)) if name in known]


def _footer(drawn: _Drawing, snapshot: Snapshot, room: int) -> list[str]:
    """Return what was left out: how many tables, and by name those that came close."""
    left = len(snapshot.tables) - len(drawn.blocks)
    if not left:
        return []
    row = f"-- Left out: {left} of {len(snapshot.tables)} tables"
    for shown in range(len(drawn.dropped), 0, -1):
        longer = f"{row}, among them {', '.join(drawn.dropped[:shown])}"
        if prompt_blocks.cost([longer]) <= room:
            return [longer]
    return [row]


def _writable(join: Join) -> bool:
    names = (*join.columns, *join.target_columns)
    return len(join.columns) == len(join.target_columns) and all(map(prompt_blocks.writable, names))
