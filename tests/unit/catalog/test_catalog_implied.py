"""What names and types say about references that nobody declared."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.model import Column, ForeignKey, Snapshot, Table, UniqueKey
from catalog.structure import implied, keynames


def table(name: str, columns: str, *, pk: str = "id", unique: str = "") -> Table:
    """Make a table from "name type, name type"."""
    made = [part.split(" ", 1) for part in columns.split(", ")]
    return Table(
        name=name,
        columns=tuple(Column(name=column, type=kind) for column, kind in made),
        primary_key=tuple(pk.split(", ")) if pk else (),
        unique_keys=(UniqueKey(columns=(unique,)),) if unique else (),
    )


def found(*tables: Table) -> set[str]:
    """Return the implied references as "table.column > target.column"."""
    snapshot = Snapshot(dialect="postgresql", database="d", tables=tables)
    return {
        f"{one.table}.{'+'.join(one.columns)} > {one.target}.{'+'.join(one.target_columns)}"
        for one in implied.find(snapshot)
    }


USERS = table("users", "id bigint, name text")
CUSTOMER = table("customer", "customer_id int, name text", pk="customer_id")


class TestNames:
    @pytest.mark.parametrize(
        ("target", "column", "key"),
        [
            (CUSTOMER, "customer_id int", "customer_id"),
            (CUSTOMER, "CustomerID int", "customer_id"),
            (CUSTOMER, "billing_customer_id int", "customer_id"),
            (CUSTOMER, "customerid int", "customer_id"),
            (CUSTOMER, "billtocustomerid int", "customer_id"),
            (CUSTOMER, "fk_customer int", "customer_id"),
            (CUSTOMER, "cust_id int", "customer_id"),
            (CUSTOMER, "customer_id_2 int", "customer_id"),
            (table("tbl_Customers", "id int"), "customer_id int", "id"),
            (table("customer_master", "id int"), "customer_id int", "id"),
            (table("countries", "id int, code char(2)", unique="code"), "country_code char(2)",
             "code"),
            (table("department", "dept_name text, head text", pk="dept_name"), "dept_name text",
             "dept_name"),
            (table("airports", "apid numeric, city text", pk="apid"), "src_apid numeric", "apid"),
            (table("patients", "subject_id int", pk="subject_id"), "subject_id int",
             "subject_id"),
        ],
    )  # fmt: skip
    def test_find_the_table_that_a_column_is_called_after(
        self, target: Table, column: str, key: str
    ) -> None:
        """However words are parted, shortened, prefixed or put in the plural."""
        made = table("visits", f"id int, {column}")
        name = column.split(" ", 1)[0]

        assert {f"visits.{name} > {target.id}.{key}"} == found(target, made)

    @pytest.mark.parametrize(
        "column",
        [
            "customer_id text",
            "customer_id timestamp",
            "customer_name text",
            "customers int",
            "customer text",
            "id int",
            "name text",
            "paid int",
        ],
    )
    def test_do_not_guess(self, column: str) -> None:
        """Another type, a bare word, a count or a name that any table has is no key."""
        made = table("visits", f"visit_no bigint, {column}", pk="visit_no")

        assert set() == found(CUSTOMER, made)

    def test_use_a_prefix_that_both_tables_have(self) -> None:
        """Of two tables that end alike, the one with this table's prefix is meant."""
        made = found(
            table("forum_posts", "id int, topic_id int"),
            table("forum_topics", "id int"),
            table("help_topics", "id int"),
        )

        assert {"forum_posts.topic_id > forum_topics.id"} == made

    def test_stay_within_the_database_of_origin(self) -> None:
        """`shop__order` refers to `shop__customer`, not to another database's."""
        made = found(
            table("shop__order", "id int, customer_id int"),
            table("shop__customer", "id int"),
            table("bank__customer", "id int"),
            table("bank__transfer", "id int, order_id int"),
        )

        assert {"shop__order.customer_id > shop__customer.id"} == made

    def test_of_a_table_s_own_key_are_no_references(self) -> None:
        """Neither where another table carries it, nor where the name is short for two tables."""
        made = found(
            table("dataset", "datasetId int", pk="datasetId"),
            table("paperDataset", "paperId int, datasetId int", pk="paperId, datasetId"),
            table("order_items", "order_item_id int", pk="order_item_id"),
        )

        assert {"paperDataset.datasetId > dataset.datasetId"} == made

    def test_of_tables_count_where_the_schema_has_the_habit(self) -> None:
        """`artist` is a key where keys have no ending; three of them make a habit."""
        tables = [
            table("artist", "id int, name text, type int, area int"),
            table("artist_type", "id int, name text"),
            table("area", "id int"),
            table("release", "id int, artist int, status int, comments int"),
            table("release_status", "id int"),
            table("comment", "id int"),
        ]
        expected = {
            "artist.type > artist_type.id",
            "artist.area > area.id",
            "release.artist > artist.id",
            "release.status > release_status.id",
        }

        assert expected == found(*tables)
        assert set() == found(*tables[:1], tables[2])


class TestRoles:
    def test_of_people_refer_to_the_table_of_people(self) -> None:
        """Those who work somewhere are employees, where there are any."""
        made = found(
            USERS,
            table("employees", "id bigint, boss_id bigint"),
            table("posts", "id bigint, creator_id bigint, approved_by bigint, manager_id bigint"),
        )
        expected = {
            "posts.creator_id > users.id",
            "posts.approved_by > users.id",
            "posts.manager_id > employees.id",
            "employees.boss_id > employees.id",
        }

        assert expected == made

    def test_written_as_text_are_names(self) -> None:
        """`created_by text` holds what somebody is called."""
        assert set() == found(USERS, table("posts", "id bigint, created_by text, owner text"))

    def test_of_other_rows_refer_to_the_same_table(self) -> None:
        """Also by a phrase; a version's parent is a row of what it is a version of."""
        made = found(
            table("posts", "id int, parent_id int, reply_to int"),
            table("post_versions", "id int, parent_id int, previous_version_id int"),
        )
        expected = {
            "posts.parent_id > posts.id",
            "posts.reply_to > posts.id",
            "post_versions.parent_id > posts.id",
            "post_versions.previous_version_id > post_versions.id",
        }

        assert expected == made

    def test_that_a_type_beside_them_tells_are_left_alone(self) -> None:
        """Unless there is a table of that name after all."""
        columns = "id bigint, owner_id bigint, owner_type text"

        assert set() == found(USERS, table("notes", columns))
        assert {"notes.owner_id > owners.id"} == found(
            table("owners", "id bigint"), table("notes", columns)
        )


class TestDeclared:
    def test_keys_elsewhere_tell_what_a_name_means(self) -> None:
        """A column called as declared ones refers to what they refer to."""
        key = ForeignKey(columns=("lang",), target="tongues", target_columns=("iso",))
        one = table("books", "id int, lang char(2)")
        declared = Table(name="films", columns=one.columns, foreign_keys=(key,))
        tongues = table("tongues", "iso char(2)", pk="iso")

        assert {"books.lang > tongues.iso"} == found(tongues, declared, one)


class TestComposites:
    LINES = table("order_lines", "order_id int, line_code int", pk="order_id, line_code")

    def test_are_found_by_the_whole_key(self) -> None:
        """With a word of its own in the key, or a name that begins with the other table's."""
        made = found(
            table("flights", "carrier text, flight_nr int", pk="carrier, flight_nr"),
            table("seats", "id int, carrier text, flight_nr int"),
            table("orders", "id int"),
            self.LINES,
            table("order_line_taxes", "id int, order_id int, line_code int"),
            table("invoice_lines", "id int, order_id int, line_code int"),
        )

        assert {one for one in made if "+" in one} == {
            "order_line_taxes.order_id+line_code > order_lines.order_id+line_code",
            "seats.carrier+flight_nr > flights.carrier+flight_nr",
        }

    def test_of_a_junction_are_what_it_joins(self) -> None:
        """Who carries both keys of a junction means the things."""
        made = found(
            USERS,
            table("teams", "id int"),
            table("members", "user_id bigint, team_id int", pk="user_id, team_id"),
            table("messages", "id int, user_id bigint, team_id int"),
        )

        assert not [one for one in made if "+" in one]


class TestAny:
    @given(st.lists(st.text(alphabet="abid_ 1É", max_size=8), max_size=6, unique=True))
    def test_names_break_nothing(self, names: list[str]) -> None:
        """Scores lie between 0 and 1, and a table's own key refers to nothing but others."""
        tables = [table(f"{name} x", "id int, a_id int") for name in names]
        columns = tuple(Column(name=name, type="int") for name in names)
        odd = Table(name="odd", columns=columns, primary_key=tuple(names[:1]))
        snapshot = Snapshot(dialect="sqlite", database="d", tables=(*tables, odd))

        for one in implied.find(snapshot):
            assert 0 < one.score < 1
            assert one.evidence
            assert (one.table, one.columns) != (one.target, one.target_columns)

    @pytest.mark.parametrize(
        ("short", "word", "expected"),
        [
            ("dept", "department", True),
            ("cust", "customer", True),
            ("prod", "product", True),
            ("no", "note", False),
            ("cat", "chat", False),
            ("customer", "customer", False),
        ],
    )
    def test_abbreviations_keep_first_letters_or_consonants(
        self, short: str, word: str, *, expected: bool
    ) -> None:
        """Two letters are too few."""
        assert expected == keynames.abbreviates(short, word)
