"""What structure alone says."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from catalog.model import Column, ForeignKey, Snapshot, Table
from catalog.structure import analysis, types
from catalog.structure.kinds import Kind
from catalog.structure.roles import Role


def table(name: str, columns: str, *, keys: dict[str, str] | None = None, pk: str = "id") -> Table:
    """Make a table from "name type, name type" and {column: target}."""
    made = []
    for part in columns.split(", "):
        column, kind = part.split(" ", 1)
        made.append(Column(name=column, type=kind))
    return Table(
        name=name,
        columns=tuple(made),
        primary_key=tuple(pk.split(", ")),
        foreign_keys=tuple(
            ForeignKey(columns=(column,), target=target, target_columns=("id",))
            for column, target in (keys or {}).items()
        ),
    )


def shop(*tables: Table) -> Snapshot:
    return Snapshot(dialect="sqlite", database="shop", tables=tables)


CUSTOMER = table("customers", "id integer, email text, created_at timestamp, deleted_at timestamp")
ORDERS = table(
    "orders",
    "id integer, customer_id integer, status text, total_amount numeric(10,2), currency char(3),"
    " placed_at timestamp, is_gift boolean, note text",
    keys={"customer_id": "customers"},
)


MATERIALS = "the_bill_of_materials"


class TestRoles:
    @pytest.mark.parametrize(
        ("column", "role"),
        [
            ("id integer", Role.PRIMARY_KEY),
            ("customer_id integer", Role.FOREIGN_KEY),
            ("created_at timestamp", Role.AUDIT_TIME),
            ("lastUpdate datetime", Role.AUDIT_TIME),
            ("updated_by text", Role.AUDIT_USER),
            ("deleted_by text", Role.AUDIT_USER),
            ("deleted_at timestamp", Role.SOFT_DELETE),
            ("is_deleted boolean", Role.SOFT_DELETE),
            ("deleted char(1)", Role.SOFT_DELETE),
            ("removed_tags text", Role.OTHER),
            ("state jsonb", Role.OTHER),
            ("order_status text", Role.STATUS),
            ("UnitPrice numeric(10,2)", Role.MONEY),
            ("discount_percent numeric", Role.MEASURE),
            ("discount real", Role.MEASURE),
            ("discount numeric(3,2)", Role.MEASURE),
            ("discount numeric(10,2)", Role.MONEY),
            ("discount_amount numeric", Role.MONEY),
            ("active integer", Role.FLAG),
            ("discontinued char(1)", Role.FLAG),
            ("locked text", Role.OTHER),
            ("currency_code char(3)", Role.CURRENCY),
            ("is_active boolean", Role.FLAG),
            ("placed_on date", Role.TIME),
            ("quantity integer", Role.MEASURE),
            ("title varchar(80)", Role.LABEL),
            ("description text", Role.FREE_TEXT),
            ("last_name text", Role.PERSONAL),
            ("postal_code text", Role.PERSONAL),
            ("ip_address inet", Role.PERSONAL),
            ("username text", Role.PERSONAL),
            ("sku text", Role.CODE),
            ("invoice_number text", Role.CODE),
            ("zzz text", Role.OTHER),
        ],
    )
    def test_follow_keys_types_and_names(self, column: str, role: Role) -> None:
        """Each rule recognises its columns."""
        other = "" if column.startswith("id ") else "id integer, "
        made = table("things", other + column, keys={"customer_id": "customers"})
        structure = analysis.analyse(shop(CUSTOMER, made))

        assert role == structure.role("things", column.split(maxsplit=1)[0])

    def test_see_polymorphic_pairs(self) -> None:
        """A type beside an id that no key declares tells which table the id is of."""
        made = table("attachments", "id integer, owner_type text, owner_id integer")
        structure = analysis.analyse(shop(CUSTOMER, made))

        assert Role.POLYMORPHIC_TYPE == structure.role("attachments", "owner_type")
        assert Role.POLYMORPHIC_ID == structure.role("attachments", "owner_id")

    def test_see_the_name_of_a_table_beside_the_number_of_a_row(self) -> None:
        """As audit logs keep them; not where the number refers to a table of records."""
        columns = "id integer, table_name text, record_id integer"
        alone = analysis.analyse(shop(table("audit", columns)))
        beside = analysis.analyse(shop(table("records", "id integer"), table("audit", columns)))

        assert Role.POLYMORPHIC_TYPE == alone.role("audit", "table_name")
        assert Role.POLYMORPHIC_ID == alone.role("audit", "record_id")
        assert Role.FOREIGN_KEY == beside.role("audit", "record_id")


class TestImplied:
    def test_finds_a_key_that_nobody_declared(self) -> None:
        """`customer_id` refers to `customers.id`, with its evidence."""
        reviews = table("reviews", "id integer, customer_id integer")
        (found,) = analysis.analyse(shop(CUSTOMER, reviews)).implied

        assert ("reviews", "customers", ("id",), False) == (
            found.table,
            found.target,
            found.target_columns,
            found.declared,
        )
        assert found.evidence
        assert 0 < found.score < 1

    @pytest.mark.parametrize(
        "columns",
        ["id integer, customer_id timestamp", "id integer, customer integer", "customer_id text"],
    )
    def test_wants_a_fitting_name_and_type(self, columns: str) -> None:
        """Neither a time nor a bare word is taken for a key."""
        target = table("customers", "id integer")
        made = table("reviews", columns, pk=columns.split(maxsplit=1)[0])

        assert () == analysis.analyse(shop(target, made)).implied

    def test_leaves_declared_keys_alone(self) -> None:
        """A declared key is told once, as declared."""
        structure = analysis.analyse(shop(CUSTOMER, ORDERS))

        assert () == structure.implied
        assert ["foreign key"] == list(structure.relations[0].evidence)


class TestKinds:
    def test_tell_junctions_lookups_and_legacy(self) -> None:
        """Shape and joins say what a table is for."""
        colour = table("colours", "id integer, name text")
        product = table("products", "id integer, name text, colour_id integer, price money",
                        keys={"colour_id": "colours"})  # fmt: skip
        link = table(
            "order_products",
            "order_id integer, product_id integer",
            keys={"order_id": "orders", "product_id": "products"},
            pk="order_id, product_id",
        )
        old = table("customers_old", "KDNR integer, NAM1 text", pk="KDNR")
        structure = analysis.analyse(shop(CUSTOMER, ORDERS, colour, product, link, old))

        kinds = {name: structure.kind(name) for name in structure.kinds}
        assert {
            "customers": Kind.ENTITY,
            "orders": Kind.ENTITY,
            "colours": Kind.LOOKUP,
            "products": Kind.ENTITY,
            "order_products": Kind.JUNCTION,
            "customers_old": Kind.LEGACY,
        } == kinds

    def test_call_the_most_referenced_hubs_and_the_unreferenced_orphans(self) -> None:
        """A hub is a thing of its own; what joins nothing is an orphan."""
        parts = [
            table(f"part{letter}", "id integer, a_id integer", keys={"a_id": "orders"})
            for letter in "abc"
        ]
        structure = analysis.analyse(
            shop(CUSTOMER, ORDERS, table("alone", "id integer, name text"), *parts)
        )

        assert ("orders",) == structure.hubs
        assert Kind.HUB == structure.kind("orders")
        assert Kind.ORPHAN == structure.kind("alone")

    def test_call_short_lists_lookups(self) -> None:
        """A few columns beside the key, or more where the name speaks of a list of values."""
        columns = "id integer, name text, code text, note text, rank_no text"
        found = analysis.analyse(
            shop(
                table("currencies", columns),
                table("boats", columns),
                table("trips", "id integer, currency_id integer, boat_id integer"),
            )
        )

        assert Kind.LOOKUP == found.kind("currencies")
        assert Kind.ENTITY == found.kind("boats")


class TestStats:
    def test_count_base_tables_only(self) -> None:
        """Views and their columns are counted apart."""
        view = Table(
            name="v", kind="view", columns=(Column(name="total_amount", type="numeric"),),
            definition="SELECT total_amount FROM orders",
        )  # fmt: skip
        stats = analysis.analyse(shop(CUSTOMER, ORDERS, view)).stats

        assert (2, 12, 1) == (stats["tables"], stats["columns"], stats["views"])

    def test_count_families_and_their_members(self) -> None:
        """A family is one table; how many it stands for is told apart."""
        stored = Table(name="w", kind="view", materialized=True)
        stats = analysis.analyse(shop(replace(ORDERS, members=("a", "b", "c")), stored)).stats

        assert (1, 1, 3, 1) == (
            stats["tables"],
            stats["families"],
            stats["familyMembers"],
            stats["materializedViews"],
        )

    def test_of_nothing_are_zero(self) -> None:
        """An empty snapshot breaks nothing."""
        assert {0} == set(analysis.analyse(shop()).stats.values())


class TestDomains:
    def test_hold_every_table_once(self) -> None:
        """No table is in two domains or in none."""
        structure = analysis.analyse(shop(CUSTOMER, ORDERS, table("alone", "id integer")))
        placed = [name for domain in structure.domains for name in domain.tables]

        assert sorted(placed) == ["alone", "customers", "orders"]
        assert len(structure.domains) == len({domain.name for domain in structure.domains})

    def test_are_the_schemas_of_the_database(self) -> None:
        """Where tables are in several; a schema that is too large is parted within."""
        made = [
            replace(table(f"{place}{n}", "id integer, name text"), schema=place)
            for place in ("hr", "sales")
            for n in ("one", "two", "three")
        ]
        domains = analysis.analyse(shop(*made)).domains

        assert {"HR", "Sales"} == {domain.name.replace("Hr", "HR") for domain in domains}
        assert all(len({name.split(".")[0] for name in one.tables}) == 1 for one in domains)

    def test_are_never_called_by_a_word_that_says_nothing(self) -> None:
        """Neither alone nor at the beginning; within a name it may stand."""
        made = [
            table("the_bill_of_materials", "id integer"),
            table("by_material", "id integer, bill_id integer", keys={"bill_id": MATERIALS}),
            table("x_of", "id integer, bill_id integer", keys={"bill_id": MATERIALS}),
            table("of_the", "id integer, bill_id integer", keys={"bill_id": MATERIALS}),
        ]
        (domain,) = analysis.analyse(shop(*made)).domains

        assert "Materials" == domain.name
        assert {"material", "bill"} == set(domain.words)

    def test_that_are_too_large_are_parted(self) -> None:
        """Two clusters with one joint are two domains, however many more there are."""
        made = [
            table(f"{side}{n}", "id integer, up_id integer",
                  keys={"up_id": f"{side}{n // 2}"} if n else {"up_id": "a0"})
            for side in ("a", "b") for n in range(20)
        ]  # fmt: skip
        domains = analysis.analyse(shop(*made)).domains

        assert max(len(domain.tables) for domain in domains) <= 13
        assert 40 == sum(len(domain.tables) for domain in domains)

    def test_are_the_same_in_every_process(self, tmp_path: Path) -> None:
        """The order of sets, which differs between processes, has no say."""
        script = (
            "from pathlib import Path; from demo import database; from catalog.readers import live;"
            "from catalog.structure import analysis;"
            f"p = Path(r'{tmp_path}/demo.db'); database.ensure(p);"
            "s = live.read(f'sqlite:///{p}', allowed_directories=(p.parent,));"
            "print(analysis.analyse(s).domains)"
        )
        told = {
            subprocess.run(
                [sys.executable, "-c", script],
                env={"PYTHONHASHSEED": seed},
                cwd=Path(__file__).resolve().parents[3],
                check=True,
                capture_output=True,
            ).stdout
            for seed in ("1", "2", "3")
        }

        assert 1 == len(told)


class TestTypes:
    @pytest.mark.parametrize(
        ("declared", "family"),
        [
            ("numeric(10,2)", types.Family.DECIMAL),
            ("character varying(20)", types.Family.TEXT),
            ("timestamp without time zone", types.Family.TIME),
            ("int(11) unsigned", types.Family.INTEGER),
            ("tinyint(1)", types.Family.BOOLEAN),
            ("NVARCHAR(160)", types.Family.TEXT),
            ("bigint", types.Family.INTEGER),
            ("", types.Family.OTHER),
            ("geometry(Point)", types.Family.OTHER),
        ],
    )
    def test_are_known_across_databases(self, declared: str, family: types.Family) -> None:
        """The names of several databases fall into one family."""
        assert family == types.family(declared)
