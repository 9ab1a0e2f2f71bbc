"""The names of a schema, and the words that they are made of."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain

from catalog import words
from worker.pipeline import wording
from worker.pipeline.facts import Facts

#: Written like identifiers, but known to everybody.
_COMMON = wording.vocabulary(
    "postgresql mysql mariadb sqlite mongodb duckdb bigquery javascript github youtube paypal "
    "linkedin ebay iphone graphql oauth oauth2 webhook ipv4 ipv6 md5 sha1 sha256 utf8 base64 "
    "varchar integer boolean timestamp numeric decimal datetime bigint smallint"
)
#: What people put before "table" without naming one.
_MODIFIERS = wording.vocabulary(
    "above actual associated association audit base basic bridge bridging business central child "
    "common composite connecting core corresponding current data database dependent detail entire "
    "event fact first following foreign generic given header historical history individual item "
    "join joining junction key kind large largest last latest line linked linking log lookup main "
    "many map mapping master middle most name new next numeric old only optional original other "
    "own parent parents particular previous primary principal reference referenced referencing "
    "referred related relation remaining respective root row same second self separate sibling "
    "similar single source specific status summary target temporary third transaction type unique "
    "usual very whole wide"
)


@dataclass(frozen=True, kw_only=True)
class Lexicon:
    """What exists, in lower case."""

    names: frozenset[str]  # of tables, columns, schemas, domains, allowed values
    columns: Mapping[str, frozenset[str]]  # by table, with and without its schema
    parted: frozenset[str]  # names with blanks and dots in them, e.g. order details.unit price
    vocabulary: frozenset[str]  # the words of all names, singular and plural

    def knows(self, name: str) -> bool:
        """Tell whether there is a table, column or value of this name, e.g. `orders.id`."""
        spelled = name.lower()
        if spelled in self.names:
            return True
        table, _, column = spelled.rpartition(".")
        return column in self.columns.get(table, ())

    def knows_within(self, part: str, sentence: str) -> bool:
        """Tell whether the sentence has the part inside of a name that blanks divide."""
        spelled, told = part.lower(), sentence.lower()
        return any(spelled in name and name in told for name in self.parted)

    def speaks_of(self, word: str) -> bool:
        """Tell whether the word may stand before "table": part of a name, or no name at all."""
        return word.lower() in self.vocabulary


def of(known: Facts) -> Lexicon:
    """Return the lexicon of the schema."""
    names = set(_COMMON) | {known.project.lower(), known.snapshot.database.lower()}
    names |= {domain.name.lower() for domain in known.structure.domains}
    columns: defaultdict[str, set[str]] = defaultdict(set)
    for table in known.snapshot.tables:
        own = {column.name.lower() for column in table.columns}
        names |= own | {table.id.lower(), table.name.lower(), (table.schema or "").lower()}
        names |= {
            value.lower() for column in table.columns for value in known.values(table, column)
        }
        columns[table.id.lower()] |= own
        columns[table.name.lower()] |= own
    dotted = (f"{table}.{name}" for table, own in columns.items() for name in own)
    spoken = {word for name in names for word in (*words.split(name), *name.split())}
    return Lexicon(
        names=frozenset(names),
        columns={table: frozenset(own) for table, own in columns.items()},
        parted=frozenset(name for name in chain(names, dotted) if " " in name and "." in name),
        vocabulary=_MODIFIERS
        | spoken
        | {words.singular(word) for word in spoken}
        | {words.plural(words.singular(word)) for word in spoken},
    )
