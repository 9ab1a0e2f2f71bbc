"""Types, defaults and conditions that mean the same have one spelling."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog import spelling


class TestTypes:
    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("VARCHAR( 20 )", "character varying(20)"),
            ("int4", "INTEGER"),
            ("int(11)", "int"),
            ("bigint(20) unsigned", "BIGINT UNSIGNED"),
            ("tinyint(1)", "bool"),
            ("decimal(10, 2)", "numeric(10,2)"),
            ("dec(10)", "numeric(10,0)"),
            ("char", "character(1)"),
            ("timestamptz", "timestamp with time zone"),
            ("timestamp(3) with time zone", "TIMESTAMP(3)  WITH TIME ZONE"),
            ("serial", "integer"),
            ("float8", "double precision"),
            ("varchar[]", "character varying[]"),
        ],
    )
    def test_of_one_meaning_are_alike(self, one: str, other: str) -> None:
        """Whichever database printed them."""
        assert spelling.type_of(one) == spelling.type_of(other)

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("varchar(20)", "varchar(21)"),
            ("int", "bigint"),
            ("int", "int unsigned"),
            ("numeric", "numeric(10,2)"),
            ("timestamp", "timestamptz"),
            ("text", "text[]"),
            ("tinyint(1)", "tinyint(4)"),
            ("mood", "food"),
        ],
    )
    def test_of_other_meanings_differ(self, one: str, other: str) -> None:
        """A width, a sign or a zone is a fact."""
        assert spelling.type_of(one) != spelling.type_of(other)


class TestDefaults:
    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("now()", "CURRENT_TIMESTAMP"),
            ("'a'::character varying", "CAST('a' AS VARCHAR)"),
            ("'0'", "0"),
            ("((1))", "1"),
            ("nextval('a_id_seq'::regclass)", "nextval('public.b'::regclass)"),
            ("CAST((CAST('x' AS TEXT)) AS mood)", "'x'::mood"),
            ("'{}'::text[]", "'{}'"),
        ],
    )
    def test_of_one_meaning_are_alike(self, one: str, other: str) -> None:
        """Casts and parentheses add nothing."""
        assert spelling.default_of(one) == spelling.default_of(other)

    @pytest.mark.parametrize(("one", "other"), [("'A'", "'a'"), ("1", "2"), ("''", "NULL")])
    def test_of_other_meanings_differ(self, one: str, other: str) -> None:
        """Text is taken as it is."""
        assert spelling.default_of(one) != spelling.default_of(other)


class TestExpressions:
    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("A > 3 AND b", "a>3 and b"),
            ("((a)::text = 'X  Y'::text)", "a = 'X  Y'"),
            ("a = ANY (ARRAY['x'::text, 'y'::text])", "a IN ('x','y')"),
            ('"a" + `b`', "a + b"),
            ("public.lower(a)", "lower(a)"),
        ],
    )
    def test_of_one_meaning_are_alike(self, one: str, other: str) -> None:
        """Case, space, casts, quotes and parentheses that change nothing."""
        assert spelling.expression(one) == spelling.expression(other)

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("a and (b or c)", "(a and b) or c"),
            ("(a) or (b)", "a and b"),
            ("a = 'x y'", "a = 'x  y'"),
            ('"A"', "a"),
            ("f(a)", "fa"),
        ],
    )
    def test_of_other_meanings_differ(self, one: str, other: str) -> None:
        """Parentheses that matter stay, and so does what stands in quotes."""
        assert spelling.expression(one) != spelling.expression(other)

    @given(st.text(alphabet="()'\"`a:. ,castAS=", max_size=40))
    def test_of_any_text_end(self, text: str) -> None:
        """Odd input breaks nothing, and white space around it says nothing."""
        assert spelling.expression(text) == spelling.expression(f" {text} ")
