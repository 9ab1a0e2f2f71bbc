"""Masks, codes, and what is never looked at; what is told survives its JSON form."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog import codec
from catalog.model import Column, ForeignKey, Snapshot, Table, Unread
from catalog.profile import ColumnProfile, Disclosure, Facts, Profile, TableProfile
from catalog.profiling import privacy, shapes
from catalog.structure import analysis
from tests.unit.catalog.test_catalog_codec import CONTEXT

ORDERS = Table(
    name="orders",
    columns=tuple(
        Column(name=name, type=kind)
        for name, kind in (
            ("id", "integer"),
            ("reference", "text"),
            ("status", "text"),
            ("channel", "varchar(20)"),
            ("total", "numeric(10,2)"),
            ("remark", "text"),
            ("ip", "text"),
            ("handled_by", "text"),
            ("useremail", "text"),
            ("size", "text"),
            ("customer_code", "text"),
        )
    ),
    primary_key=("id",),
)
PATIENTS = Table(
    name="patients",
    columns=(
        Column(name="id", type="integer"),
        Column(name="ward", type="text"),
        Column(name="status", type="text"),
    ),
    primary_key=("id",),
)


def names(table: Table) -> list[str]:
    roles = analysis.analyse(Snapshot(dialect="sqlite", database="d", tables=(table,))).roles
    return [column.name for column in privacy.samplable(table, roles[table.id])]


def held(table: Table) -> set[str]:
    roles = analysis.analyse(Snapshot(dialect="sqlite", database="d", tables=(table,))).roles
    return set(privacy.withheld(table, roles[table.id]))


class TestSamplable:
    def test_takes_codes_and_the_like(self) -> None:
        """Numbers, free text, keys and whatever a person may be behind are left alone."""
        assert ["reference", "status", "channel", "size"] == names(ORDERS)
        assert {"ip", "handled_by", "useremail", "customer_code"} == held(ORDERS)

    def test_looks_at_tables_of_people_less(self) -> None:
        """Of people only what sorts them is looked at."""
        assert (["status"], {"id", "ward"}) == (names(PATIENTS), held(PATIENTS))

    def test_believes_the_comment(self) -> None:
        """A name may say nothing, its comment much."""
        column = Column(name="x1", type="text", comment="The buyer's phone number.")
        table = Table(name="t", columns=(column, Column(name="x2", type="text")))

        assert (["x2"], {"x1"}) == (names(table), held(table))

    def test_leaves_views_references_and_enums_alone(self) -> None:
        """What a view shows may come from anywhere; what an enum holds is known."""
        columns = (
            Column(name="kind", type="text"),
            Column(name="state", type="text", enum=("a", "b")),
            Column(name="status", type="text"),
        )
        table = Table(name="t", columns=columns)
        key = ForeignKey(columns=("kind",), target="t", target_columns=("kind",))

        assert ["status"] == names(replace(table, foreign_keys=(key,)))
        assert [] == names(replace(table, kind="view"))


class TestShapes:
    @pytest.mark.parametrize(
        ("value", "shape"),
        [
            ("DE-1742", "AA-9999"),
            ("a_1/x.Ö", "a_9/a.A"),
            ("5€", "9*"),
            ("", None),
            ("two words", None),
            ("x" * 33, None),
        ],
    )
    def test_mask_all_but_punctuation(self, value: str, shape: str | None) -> None:
        """Letters and digits are told by their kind only."""
        assert shape == shapes.mask(value)

    @given(st.text(max_size=40))
    def test_never_show_a_letter_or_digit_of_the_value(self, value: str) -> None:
        """Whatever comes, only A, a, 9, * and a few marks go out."""
        assert set(shapes.mask(value) or "") <= set("Aa9*-_/.:#+")

    def test_are_told_when_they_describe_the_column(self) -> None:
        """Rare shapes are not told, nor any when most values have others."""
        many = [f"DE-{number}" for number in range(1000, 1100)]

        assert shapes.Told(shapes=("AA-9999",)) == shapes.of([*many, "x-1"], manner="slug")
        assert shapes.Told() == shapes.of([*many, *["some words"] * 99], manner="slug")

    def test_are_not_told_of_words(self) -> None:
        """How long they are says nothing of what they mean."""
        assert shapes.Told() == shapes.of(["blue", "Red", "green"] * 9, manner="code")


class TestCodes:
    def test_are_told_when_few_and_frequent(self) -> None:
        """A value of one or two rows is nobody's code."""
        values = ["new"] * 3 + ["paid"] * 9 + ["odd"] * 2

        assert ("new", "paid") == shapes.of(values, manner="word").codes

    @pytest.mark.parametrize(
        ("manner", "values", "told"),
        [
            ("word", ["In Progress", "Done"], True),
            ("slug", ["in_stock", "sold-out"], True),
            ("slug", ["Berlin", "Paris"], False),
            ("code", ["EUR", "USD"], True),
            ("code", ["anna", "bert"], False),
            ("word", ["a sentence of several words here", "b"], False),
        ],
    )
    def test_depend_on_what_the_name_promises(
        self, manner: shapes.Manner, values: list[str], told: bool
    ) -> None:
        """Words are a status's values; of a column called anything they may be names."""
        assert told is bool(shapes.of(values * 3, manner=manner).codes)

    def test_are_not_many(self) -> None:
        """Beyond twenty different values they are no codes, however often each occurs."""
        assert () == shapes.of([f"C{n}" for n in range(21)] * 5, manner="code").codes

    @pytest.mark.parametrize(
        "value",
        [
            "anna@example.org",
            "+49 170 1234567",
            "(030) 123-4567",
            "192.168.0.17",
            "2001:db8::1",
            "DE89370400440532013000",
            "4111111111111111",
            "Anna Schmidt",
            "Schmidt, Anna",
            "Zoë Müller",
        ],
    )
    def test_nothing_is_told_of_what_looks_personal(self, value: str) -> None:
        """One such value is enough, however the column is called."""
        values = ["OK"] * 50 + [value]

        assert shapes.Told(personal=True) == shapes.of(values, manner="code")

    def test_dates_are_not_taken_for_phone_numbers(self) -> None:
        """Their shape is told, that of months as well."""
        days = [f"2026-01-{day}" for day in range(10, 40)]
        months = [f"{year}-02" for year in range(1990, 2020)]

        assert ("9999-99-99",) == shapes.of(days, manner="slug").shapes
        assert ("9999-99",) == shapes.of(months, manner="slug").shapes


class TestProfile:
    def test_survives_its_json_form(self) -> None:
        """A context is stored with what was read and sent, and comes back whole."""
        column = ColumnProfile(name="b", null_share=0.25, distinct=3, shapes=("A9",), codes=("x",))
        table = TableProfile(
            id="a", columns=(column,), sampled_rows=9, sampled_columns=("b",), withheld=("c",)
        )
        profile = Profile(
            level="shapes", tables=(table,), unread=(Unread(what="values of z", reason="late"),)
        )
        facts = Facts(id="a", counts={"names": 2, "codes": 1})
        disclosure = Disclosure(level="shapes", read=(facts, facts), sent=(facts,))
        context = replace(CONTEXT, profile=profile, disclosure=disclosure)

        assert context == codec.context_from_dict(
            json.loads(json.dumps(codec.context_to_dict(context)))
        )
        assert {"tables": 2, "names": 4, "codes": 2} == disclosure.totals()["read"]

    def test_is_none_of_contexts_that_are_older(self) -> None:
        """What nobody wrote down is not made up."""
        old = codec.context_to_dict(CONTEXT)
        del old["profile"], old["disclosure"]
        read = codec.context_from_dict(old)

        assert ("none", None) == (read.profile.level, read.disclosure)
