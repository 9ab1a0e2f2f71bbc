"""How people speak of tables: sales_order is one sales order, and many of them are sales orders."""

from collections import Counter
from collections.abc import Iterable

from catalog import words
from catalog.model import Table

_TECHNICAL = frozenset({"tbl", "tb", "tab", "dim", "fact", "vw", "v", "t"})
_SHARED = 0.8  # a first word that this share of the tables carries tells nothing about one of them
_FEW = 3
# Nobody counts the first; there is one of the second.
_ONE = {"staff": "staff member"}


class Names:
    """The spoken names of the tables of one snapshot."""

    def __init__(self, tables: Iterable[Table]) -> None:
        split = {table.id: words.split(table.name) or (table.name,) for table in tables}
        firsts = Counter(pieces[0] for pieces in split.values() if len(pieces) > 1)
        first, count = firsts.most_common(1)[0] if firsts else ("", 0)
        shared = first if len(split) >= _FEW and count >= _SHARED * len(split) else None
        self._words = {key: _spoken(pieces, shared) for key, pieces in split.items()}

    def words(self, table_id: str) -> tuple[str, ...]:
        """Return the words of the table's name without prefixes, the last one singular."""
        return self._words[table_id]

    def one(self, table_id: str) -> str:
        """Return what one row of the table is called, e.g. sales order."""
        *before, last = self._words[table_id]
        return words.humanise(" ".join((*before, _ONE.get(last, last))))

    def many(self, table_id: str) -> str:
        """Return what many rows of the table are called, e.g. sales orders."""
        *before, last = self._words[table_id]
        singular = _ONE.get(last, last).split(" ")
        return words.humanise(" ".join((*before, *singular[:-1], words.plural(singular[-1]))))


def _spoken(pieces: tuple[str, ...], shared: str | None) -> tuple[str, ...]:
    rest = pieces
    while len(rest) > 1 and (rest[0] in _TECHNICAL or rest[0] == shared):
        rest = rest[1:]
    return (*rest[:-1], words.singular(rest[-1]))
