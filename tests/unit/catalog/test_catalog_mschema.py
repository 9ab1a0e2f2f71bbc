"""M-Schema, read back, says what the snapshot says."""

from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.context import Context
from catalog.model import Column, ForeignKey, Snapshot, Table
from catalog.renderings import formats, joins, lines
from catalog.renderings.written import Texts
from tests import mschema_parser
from tests.unit.catalog.renderings_of import context, described

# What the form cannot carry: its own brackets, more than one line, or nothing at all.
SIGNS = st.characters(codec="utf-8", exclude_categories=("C", "Z"), exclude_characters="【】")
WORDS = st.text(SIGNS | st.sampled_from('"\\,.:=()[]#A '), min_size=1, max_size=14).map(
    lambda text: lines.single(text) or "x"
)
TRAPS = st.sampled_from(
    ["a AND b", "x (implied)", "a.b", "a=b", "a:int", ", Primary Key", "# Table: x", '"q"', "a, b",
     "Primary Key", "Examples: [x]", "x, Examples: [y]"]
)  # fmt: skip
NAMES = TRAPS | WORDS


def parts(table: Table) -> tuple[str, ...]:
    """Return a table's schema and name."""
    return (table.schema, table.name) if table.schema else (table.name,)


def check(snapshot: Snapshot, written: Context) -> None:
    """Render, read back, compare with the snapshot."""
    found, foreign = mschema_parser.parse(formats.render("mschema", snapshot, written).text)
    texts = Texts(written)

    assert [parts(table) for table in snapshot.tables] == list(found)
    for table in snapshot.tables:
        read = found[parts(table)]
        assert (table.kind == "view") is read.view
        assert {
            column.name: lines.shortened(column.type, 40).replace(", ", ",")
            for column in table.columns
        } == read.columns
        assert set(table.primary_key) == set(read.keys)
        assert {
            column.name: [lines.shortened(value, 40) for value in column.enum[:8]]
            for column in table.columns
            if column.enum
        } == read.values
        about = {c.name for c in table.columns if texts.column(table.id, c.name)}
        assert about == set(read.texts)
    assert [
        (parts(join.table), join.columns, parts(join.target), join.target_columns, join.declared)
        for join in joins.of(snapshot)
    ] == foreign


@st.composite
def snapshots(draw: st.DrawFn) -> Snapshot:
    """A schema of tables that each refer to the one before, of any names."""
    tables: list[Table] = []
    for name in draw(st.lists(NAMES, min_size=1, max_size=3, unique=True)):
        columns = draw(st.lists(NAMES, min_size=1, max_size=4, unique=True))
        values = draw(st.lists(NAMES, max_size=3, unique=True))
        keys: tuple[ForeignKey, ...] = ()
        if tables:
            to = (tables[-1].columns[0].name,)
            keys = (ForeignKey(columns=(columns[0],), target=tables[-1].id, target_columns=to),)
        found = tuple(
            Column(name=each, type="numeric(10, 2)", enum=tuple(values)) for each in columns
        )
        schema = draw(st.none() | NAMES)
        tables.append(
            Table(
                name=name,
                schema=schema,
                columns=found,
                primary_key=tuple(columns[:1]),
                foreign_keys=keys,
            )
        )
    return Snapshot(dialect="postgresql", database="d", tables=tuple(tables))


class TestMschema:
    @settings(deadline=None)
    @given(snapshot=snapshots(), text=NAMES)
    def test_reads_back_whatever_things_are_called(self, snapshot: Snapshot, text: str) -> None:
        """No name, value or text is taken for a part of the form."""
        check(snapshot, context(*(described(table, text) for table in snapshot.tables)))

    def test_reads_back_the_demo_database(self, company: Snapshot) -> None:
        """All of its tables, columns, keys, values and joins."""
        assert len(company.tables) > 50
        check(company, context(*(described(table, "What, is it?") for table in company.tables)))
