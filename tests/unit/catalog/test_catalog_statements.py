"""How SQL text falls into statements."""

import pytest

from catalog.readers import statements


def texts(text: str, dialect: str = "postgres") -> list[str]:
    return [statement.text for statement in statements.split(text, dialect)]


class TestSplit:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("SELECT ';'; SELECT 2", ["SELECT ';'", "SELECT 2"]),
            ("SELECT 'it''s;'; b", ["SELECT 'it''s;'", "b"]),
            ('SELECT ";"; b', ['SELECT ";"', "b"]),
            ("a -- ;\n; b", ["a -- ;", "b"]),
            ("a /* ; */; b", ["a /* ; */", "b"]),
            ("DO $x$ a; $$ ; c $x$; b", ["DO $x$ a; $$ ; c $x$", "b"]),
            ("SELECT E'\\';'; b", ["SELECT E'\\';'", "b"]),
            ("SELECT 'C:\\'; b", ["SELECT 'C:\\'", "b"]),
            ("\\connect shop\nCREATE TABLE a (b int);", ["CREATE TABLE a (b int)"]),
            ("-- only a comment\n", []),
            ("", []),
        ],
    )
    def test_ends_a_statement_at_its_own_semicolon_only(
        self, text: str, expected: list[str]
    ) -> None:
        """Semicolons in strings, comments and dollar quotes end nothing."""
        assert expected == texts(text)

    def test_tells_the_line_where_a_statement_begins(self) -> None:
        """Leading white space and comments do not count."""
        found = list(statements.split("a;\n\n-- about b\nb;\n  c", "postgres"))

        assert [("a", 1), ("b", 4), ("c", 5)] == [(item.text, item.line) for item in found]

    def test_passes_over_the_rows_of_copy(self) -> None:
        """The data of a dump may hold anything."""
        text = "COPY a (b) FROM stdin;\n1;CREATE TABLE x (y int);\n\\N\n\\.\n\nSELECT 1;"

        assert ["COPY a (b) FROM stdin", "SELECT 1"] == texts(text)

    def test_follows_a_changed_delimiter(self) -> None:
        """MySQL's client changes the delimiter around routines."""
        text = "DELIMITER ;;\nCREATE TRIGGER t BEGIN a; b; END;;\nDELIMITER ;\nSELECT 1;"

        assert ["CREATE TRIGGER t BEGIN a; b; END", "SELECT 1"] == texts(text, "mysql")

    def test_keeps_the_body_of_a_trigger_together(self) -> None:
        """SQLite has no delimiter to change; CASE has an END of its own."""
        trigger = "CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT CASE WHEN 1 THEN 2 END; b; END"

        assert [trigger, "SELECT 1"] == texts(f"{trigger}; SELECT 1;", "sqlite")

    def test_recovers_from_a_body_that_never_ends(self) -> None:
        """One broken trigger costs itself, not the tables after it."""
        text = "CREATE TRIGGER t BEGIN a; CREATE TABLE x (y int); CREATE TABLE z (y int)"

        assert ["CREATE TABLE x (y int)", "CREATE TABLE z (y int)"] == texts(text, "sqlite")[1:]

    def test_ends_batches_at_go(self) -> None:
        """SQL Server's scripts separate batches by GO lines."""
        text = "CREATE TABLE [a;b] (c int)\nGO\nCREATE PROC p AS SELECT 1; SELECT 2\ngo\n"

        expected = ["CREATE TABLE [a;b] (c int)", "CREATE PROC p AS SELECT 1; SELECT 2"]
        assert expected == texts(text, "tsql")

    @pytest.mark.parametrize(
        ("dialect", "piece"),
        [
            ("postgres", "/* "),
            ("postgres", "'"),
            ("postgres", "$a$ $b$ "),
            ("postgres", "E'\\"),
            ("mysql", "'\\"),
            ("mysql", '"\\'),
            ("tsql", "["),
            ("sqlite", "CREATE TRIGGER x BEGIN ;"),
            ("mysql", "DELIMITER\n"),
        ],
    )
    @pytest.mark.timeout(60)  # starting over at each quote takes hours
    def test_gets_through_hostile_text(self, dialect: str, piece: str) -> None:
        """Quotes that never end must not make the reader start over at each of them."""
        text = piece * (300_000 // len(piece) + 1)

        assert sum(map(len, texts(text, dialect))) <= len(text)
