"""What structure alone says."""

import subprocess
import sys
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


class TestRoles:
    @pytest.mark.parametrize(
        ("column", "role"),
        [
            ("id integer", Role.PRIMARY_KEY),
            ("customer_id integer", Role.FOREIGN_KEY),
            ("created_at timestamp", Role.AUDIT_TIME),
            ("lastUpdate datetime", Role.AUDIT_TIME),
            ("updated_by text", Role.AUDIT_USER),
            ("deleted_at timestamp", Role.SOFT_DELETE),
            ("is_deleted boolean", Role.SOFT_DELETE),
            ("order_status text", Role.STATUS),
            ("UnitPrice numeric(10,2)", Role.MONEY),
            ("discount_percent numeric", Role.MEASURE),
            ("currency_code char(3)", Role.CURRENCY),
            ("is_active boolean", Role.FLAG),
            ("placed_on date", Role.TIME),
            ("quantity integer", Role.MEASURE),
            ("title varchar(80)", Role.LABEL),
            ("description text", Role.FREE_TEXT),
            ("last_name text", Role.PERSONAL),
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


class TestStats:
    def test_count_base_tables_only(self) -> None:
        """Views and their columns are counted apart."""
        view = Table(
            name="v", kind="view", columns=(Column(name="total_amount", type="numeric"),),
            definition="SELECT total_amount FROM orders",
        )  # fmt: skip
        stats = analysis.analyse(shop(CUSTOMER, ORDERS, view)).stats

        assert (2, 12, 1) == (stats["tables"], stats["columns"], stats["views"])

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
