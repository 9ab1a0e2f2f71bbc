"""What the DDL reader understands, tolerates and refuses."""

import contextlib
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.model import Check, Column, ForeignKey, Index, Snapshot, UniqueKey
from catalog.readers import ddl, errors, scripts

PIECES = re.findall(
    r"[^|]+",
    "CREATE TABLE|CREATE VIEW|CREATE INDEX|CREATE TYPE|ALTER TABLE|ADD|DROP TABLE|UNIQUE|ENUM|END"
    "|COMMENT ON COLUMN|PRIMARY KEY|REFERENCES|FOREIGN KEY|CHECK|DEFAULT|NULL|AS|SELECT|FROM|ON|IS"
    "|PARTITION OF|BEGIN|GO|a|b|c.d|int|text|(|)|,|;|'|\"|`|[|]|--|/*|*/|$$|*|\n|1|é|\\",
)


def read(text: str, dialect: str = "postgres") -> Snapshot:
    return ddl.read(text, dialect=dialect)


def ids(snapshot: Snapshot) -> list[str]:
    return [table.id for table in snapshot.tables]


class TestCreateTable:
    def test_reads_columns_as_they_are_written(self) -> None:
        """Types keep their spelling; PostgreSQL folds unquoted names to lower case."""
        table = read(
            """CREATE TABLE Film (
                id integer NOT NULL, -- the key
                "Full Title" character varying(20) DEFAULT 'x, y',
                rate numeric(4,2), seen timestamp with time zone, tags text[] NOT NULL);"""
        ).table("film")

        expected = (
            Column(name="id", type="integer", nullable=False),
            Column(name="Full Title", type="character varying(20)", default="'x, y'"),
            Column(name="rate", type="numeric(4,2)"),
            Column(name="seen", type="timestamp with time zone"),
            Column(name="tags", type="text[]", nullable=False),
        )
        assert expected == table.columns

    def test_reads_keys_written_beside_columns_and_apart(self) -> None:
        """Both spellings mean the same."""
        table = read(
            """CREATE TABLE a (x int PRIMARY KEY);
            CREATE TABLE b (id int, x int REFERENCES a, y int UNIQUE CHECK (y > 3),
                PRIMARY KEY (id), CONSTRAINT f FOREIGN KEY (id) REFERENCES A (X),
                UNIQUE (id, y), CHECK (x <> y));"""
        ).table("b")

        assert ("id",) == table.primary_key
        assert (
            ForeignKey(columns=("x",), target="a", target_columns=("x",)),
            ForeignKey(columns=("id",), target="a", target_columns=("x",), name="f"),
        ) == table.foreign_keys
        assert (UniqueKey(columns=("y",)), UniqueKey(columns=("id", "y"))) == table.unique_keys
        assert (Check(condition="y > 3"), Check(condition="x <> y")) == table.checks

    def test_keeps_the_rest_of_a_table_with_an_odd_part(self) -> None:
        """One part that cannot be read is reported with its line; the others stay."""
        snapshot = read(
            "CREATE TABLE a (\n  id int PRIMARY KEY,\n  b text DEFAULT @@ !! 3,\n  c text);"
        )

        assert ["id", "b", "c"] == [column.name for column in snapshot.table("a").columns]
        assert [3] == [unread.line for unread in snapshot.unread]

    def test_reads_a_type_that_the_dialect_does_not_know(self) -> None:
        """The constraints behind the type count all the same."""
        snapshot = read("CREATE TABLE a (b BLOB SUB_TYPE TEXT DEFAULT 'q' NOT NULL)", "sqlite")

        expected = Column(name="b", type="BLOB SUB_TYPE TEXT", default="'q'", nullable=False)
        assert (expected,) == snapshot.table("a").columns
        assert () == snapshot.unread

    def test_reads_mysql(self) -> None:
        """Enums, comments, keys inside the table, and its partitions."""
        table = read(
            """CREATE TABLE `t` (`id` int(11) unsigned NOT NULL AUTO_INCREMENT COMMENT 'the \\'id',
              `e` enum('a','b;c') CHARACTER SET utf8 NOT NULL DEFAULT 'a',
              PRIMARY KEY (`id`), UNIQUE KEY `u` (`e`), KEY `k` (`e`(10)) USING BTREE
            ) ENGINE=InnoDB COMMENT='a table' /*!50100 PARTITION BY HASH (id) */;""",
            "mariadb",
        ).table("t")

        assert ("int(11) unsigned", "the 'id") == (table.columns[0].type, table.columns[0].comment)
        assert ("a", "b;c") == table.columns[1].enum
        assert "a table" == table.comment
        assert (UniqueKey(columns=("e",), name="u"),) == table.unique_keys
        assert (Index(name="k", columns=("e",)),) == table.indexes

    def test_reads_sql_server(self) -> None:
        """Bracketed names, clustered keys, and schemas other than dbo."""
        snapshot = read(
            """CREATE TABLE [dbo].[a]([id] [int] IDENTITY(1,1) NOT NULL, [m] [money] NULL,
              CONSTRAINT [PK] PRIMARY KEY CLUSTERED ([id] ASC) WITH (PAD_INDEX = OFF) ON [PRIMARY])
            GO
            CREATE TABLE [sales].[b]([a_id] [int] NOT NULL)
            GO
            ALTER TABLE [sales].[b] WITH CHECK ADD CONSTRAINT [FK] FOREIGN KEY([a_id])
              REFERENCES [dbo].[a] ([id])
            GO
            ALTER TABLE [dbo].[a] ADD CONSTRAINT [DF] DEFAULT ((0)) FOR [m]
            GO""",
            "mssql",
        )

        assert ["a", "sales.b"] == ids(snapshot)
        assert ("id",) == snapshot.table("a").primary_key
        assert "((0))" == snapshot.table("a").column("m").default
        assert ["a"] == [key.target for key in snapshot.table("sales.b").foreign_keys]
        assert () == snapshot.unread

    def test_reads_oracle(self) -> None:
        """Storage clauses are not the schema."""
        snapshot = read(
            """CREATE TABLE HR.EMP (ID NUMBER(10) NOT NULL ENABLE, N VARCHAR2(10 BYTE),
              CONSTRAINT P PRIMARY KEY (ID) USING INDEX PCTFREE 10 ENABLE) TABLESPACE USERS;
            ALTER TABLE HR.EMP ADD CONSTRAINT U UNIQUE (N) USING INDEX ENABLE;""",
            "oracle",
        )

        table = snapshot.table("HR.EMP")
        assert (("ID",), ("N",)) == (table.primary_key, table.unique_keys[0].columns)
        assert () == snapshot.unread

    def test_reads_sqlite(self) -> None:
        """Columns may have no type; virtual tables list theirs as arguments."""
        snapshot = read(
            "CREATE VIRTUAL TABLE f USING fts5(title, body, content='x'); CREATE TABLE a (b, c);",
            "sqlite",
        )

        assert ["title", "body"] == [column.name for column in snapshot.table("f").columns]
        assert ["", ""] == [column.type for column in snapshot.table("a").columns]


class TestMerge:
    def test_adds_what_later_statements_say(self) -> None:
        """A dump writes keys, defaults, indexes and comments after the tables."""
        snapshot = read(
            """CREATE TABLE public.a (id int, b text); CREATE TABLE c (a_id int);
            ALTER TABLE ONLY public.a ADD CONSTRAINT a_pkey PRIMARY KEY (id);
            ALTER TABLE ONLY public.a ALTER COLUMN id SET DEFAULT nextval('s'::regclass);
            ALTER TABLE ONLY c ADD CONSTRAINT f FOREIGN KEY (a_id) REFERENCES a(id) NOT VALID;
            ALTER TABLE a ADD CHECK (b <> ''), ADD COLUMN d date NOT NULL;
            ALTER TABLE a OWNER TO somebody;
            CREATE UNIQUE INDEX i ON ONLY public.a USING btree (b);
            CREATE UNIQUE INDEX j ON a (lower(b)); CREATE UNIQUE INDEX k ON a (d) WHERE b = 'x';
            COMMENT ON TABLE a IS 'it''s'; COMMENT ON COLUMN public.a.b IS 'bee';"""
        )

        table = snapshot.table("a")
        assert ("id", "b", "d") == tuple(column.name for column in table.columns)
        assert ("id",) == table.primary_key
        assert "NEXTVAL" in (table.column("id").default or "").upper()
        assert (("it's", "bee")) == (table.comment, table.column("b").comment)
        assert (UniqueKey(columns=("b",), name="i"),) == table.unique_keys
        assert ["i", "j", "k"] == [index.name for index in table.indexes]
        assert ["a"] == [key.target for key in snapshot.table("c").foreign_keys]
        assert () == snapshot.unread

    def test_finds_the_values_of_enums(self) -> None:
        """They come from enum types, domains and checks."""
        table = read(
            """CREATE TYPE public.mood AS ENUM ('glad', 'sad');
            CREATE DOMAIN size AS text CHECK (VALUE IN ('s', 'm'));
            CREATE TABLE a (m mood, s size, t text CHECK (t IN ('x', 'y')), u text,
              CHECK ((u)::text = ANY (ARRAY['p'::text, 'q'::text])));"""
        ).table("a")

        expected = [("glad", "sad"), ("s", "m"), ("x", "y"), ("p", "q")]
        assert expected == [column.enum for column in table.columns]

    def test_lets_the_parent_stand_for_its_partitions(self) -> None:
        """Both ways to declare a partition, with what is said about it later."""
        snapshot = read(
            """CREATE TABLE a (id int, at date) PARTITION BY RANGE (at);
            CREATE TABLE a_1 PARTITION OF a FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
            CREATE TABLE a_2 (id int, at date);
            ALTER TABLE ONLY a ATTACH PARTITION a_2 FOR VALUES FROM ('2021-01-01') TO (MAXVALUE);
            ALTER TABLE a_1 ADD PRIMARY KEY (id); CREATE INDEX i ON a_1 (id);"""
        )

        assert (["a"], ()) == (ids(snapshot), snapshot.unread)

    def test_gives_views_the_columns_of_their_query(self) -> None:
        """Stars are opened; a column that is passed on keeps its type."""
        snapshot = read(
            """CREATE TABLE a (id bigint, n text);
            CREATE VIEW w AS SELECT v.*, 1 AS one FROM v;
            CREATE OR REPLACE VIEW v AS SELECT x.id, n AS name FROM a x;
            CREATE MATERIALIZED VIEW m (p, q) AS SELECT * FROM a WITH NO DATA;"""
        )

        found = {
            table.id: [(column.name, column.type) for column in table.columns]
            for table in snapshot.tables
            if table.kind == "view"
        }
        expected = {
            "m": [("p", "bigint"), ("q", "text")],
            "v": [("id", "bigint"), ("name", "text")],
            "w": [("id", "bigint"), ("name", "text"), ("one", "")],
        }
        assert expected == found
        assert "SELECT x.id, n AS name FROM a x" == snapshot.table("v").definition

    def test_reads_the_views_of_mysqldump(self) -> None:
        """It writes them in executable comments, first as a placeholder."""
        snapshot = read(
            """CREATE TABLE t (id int);
            /*!50001 CREATE VIEW `v` AS SELECT 1 AS `id`*/;
            /*!50001 DROP VIEW IF EXISTS `v`*/;
            /*!50001 CREATE ALGORITHM=UNDEFINED */
            /*!50013 DEFINER=`root`@`localhost` SQL SECURITY DEFINER */
            /*!50001 VIEW `v` AS select `t`.`id` AS `key` from `t` */;""",
            "mysql",
        )

        assert ("key",) == tuple(column.name for column in snapshot.table("v").columns)
        assert () == snapshot.unread

    def test_follows_the_search_path(self) -> None:
        """Old dumps set it instead of qualifying names."""
        snapshot = read(
            """SET search_path = hr, pg_catalog; CREATE TABLE a (id int PRIMARY KEY);
            SET search_path = public; CREATE TABLE b (a_id int REFERENCES hr.a);"""
        )

        assert ["b", "hr.a"] == ids(snapshot)
        assert "hr.a" == snapshot.table("b").foreign_keys[0].target

    def test_reads_tables_nested_in_create_schema(self) -> None:
        """Their names belong to that schema."""
        assert ["x.a", "x.b"] == ids(
            read("CREATE SCHEMA x CREATE TABLE a (i int) CREATE TABLE b (i int);")
        )


class TestUnread:
    def test_reports_what_is_no_sql_with_line_and_reason(self) -> None:
        """The reader goes on behind it."""
        snapshot = read("CREATE TABLE a (b int);\nblah blah;\nALTER TABLE nope ADD UNIQUE (x);")

        found = [(unread.line, unread.what) for unread in snapshot.unread]
        assert [(2, "blah blah"), (3, "ALTER TABLE nope ADD UNIQUE (x)")] == found

    def test_does_not_report_what_is_no_schema(self) -> None:
        """Rows, settings, grants, routines and sequences are left out silently."""
        snapshot = read(
            """SET x = 1; CREATE TABLE a (b int); INSERT INTO a VALUES (1); GRANT ALL ON a TO b;
            CREATE SEQUENCE s; CREATE EXTENSION e; ALTER SEQUENCE s OWNED BY a.b; SELECT 1;
            CREATE FUNCTION f() RETURNS int AS $$ BEGIN; garbage; END $$ LANGUAGE plpgsql;
            CREATE TEMP TABLE t (a int); COMMENT ON EXTENSION e IS 'x';"""
        )

        assert (["a"], ()) == (ids(snapshot), snapshot.unread)

    def test_reports_a_reference_to_a_table_that_is_not_there(self) -> None:
        """A snapshot holds no dangling foreign key."""
        snapshot = read("CREATE TABLE a (b int REFERENCES missing (id));")

        assert () == snapshot.table("a").foreign_keys
        assert ["the table it refers to was not read"] == [u.reason for u in snapshot.unread]

    def test_says_when_another_dialect_reads_the_text_better(self) -> None:
        """Many unread parts may only mean the wrong dialect."""
        tables = "".join(
            f"CREATE TABLE t{n} (a INT, UNIQUE KEY (a), KEY k (`a`)) ENGINE=InnoDB;"
            for n in range(6)
        )

        assert "mysql reads it better" in read(tables).unread[0].reason


class TestRefuse:
    def test_names_the_known_dialects(self) -> None:
        """An unknown dialect is not guessed."""
        with pytest.raises(errors.UnknownDialectError) as caught:
            read("CREATE TABLE a (b int)", "klingon")

        assert "database_refused" == caught.value.code
        assert "postgres" in caught.value.remedy

    def test_suggests_the_dialect_that_finds_tables(self) -> None:
        """Backticks are no PostgreSQL."""
        with pytest.raises(errors.EmptySchemaError) as caught:
            read("CREATE TABLE `a` (`id` int(11) NOT NULL AUTO_INCREMENT) ENGINE=InnoDB;")

        assert "schema_empty" == caught.value.code
        assert "1 of its statements could not be read" in caught.value.message
        assert "mysql" in caught.value.remedy

    @pytest.mark.parametrize("text", ["", "  -- nothing\n", "Dear all,\n\nhello"])
    def test_says_that_there_are_no_tables(self, text: str) -> None:
        """Nothing to describe is an error with a remedy."""
        with pytest.raises(errors.EmptySchemaError) as caught:
            read(text)

        assert "CREATE TABLE" in caught.value.remedy

    def test_refuses_a_text_beyond_the_limit(self) -> None:
        """The remedy says how to leave the rows out."""
        with pytest.raises(errors.RefusedError) as caught:
            ddl.read("x" * 101, dialect="postgres", limit_bytes=100)

        assert "pg_dump --schema-only" in caught.value.remedy

    def test_refuses_more_tables_than_the_limit(self) -> None:
        """They are counted before any is parsed; both numbers are told."""
        text = "".join(f"CREATE TABLE t{number} (a{number} int);\n" for number in range(12))
        text += "CREATE TABLE p PARTITION OF t1 FOR VALUES IN (1); CREATE TABLE t1 (b int);"

        with pytest.raises(errors.RefusedError) as caught:
            ddl.read(text, dialect="postgres", limit_tables=11)

        assert "has 12 tables and views; at most 11" in caught.value.message
        assert "Split the DDL" in caught.value.remedy
        assert 12 == len(ddl.read(text, dialect="postgres", limit_tables=12).tables)

    def test_refuses_ten_thousand_tables_at_once(self) -> None:
        """Parsing them first would hold a worker for minutes."""
        text = "".join(f"CREATE TABLE t{number} (a{number} int);\n" for number in range(10_001))

        with pytest.raises(errors.RefusedError, match="10,001 tables and views; at most 10,000"):
            read(text)

    def test_stops_when_it_is_told(self) -> None:
        """It is asked before each statement."""
        answers = iter([False, False, True])

        with pytest.raises(scripts.StoppedError):
            ddl.read("SELECT 1;" * 9, dialect="postgres", stop=lambda: next(answers))

    def test_passes_over_megabytes_of_rows_quickly(self) -> None:
        """Rows are skipped without being parsed."""
        rows = "INSERT INTO a VALUES (1, 'x;y');\n" * 60_000

        assert ["a"] == ids(read(f"CREATE TABLE a (b int);\n{rows}"))

    def test_reports_a_statement_that_is_too_long_to_parse(self) -> None:
        """A single statement must not hold the reader for minutes."""
        columns = ",".join(f"column_number_{n} int" for n in range(30_000))
        snapshot = read(f"CREATE TABLE a (b int); CREATE TABLE c ({columns});")

        assert (["a"], 1) == (ids(snapshot), len(snapshot.unread))

    @given(
        st.lists(st.sampled_from(PIECES), max_size=40),
        st.sampled_from(["postgres", "mysql", "sqlite", "tsql", "oracle"]),
    )
    @settings(max_examples=150, deadline=None)
    def test_never_fails_in_another_way(self, words: list[str], dialect: str) -> None:
        """Whatever the text, there is a snapshot or an error of the readers' own."""
        with contextlib.suppress(errors.SourceError):
            assert read(" ".join(words), dialect).tables
