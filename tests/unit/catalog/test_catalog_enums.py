"""Which CHECK conditions list a column's values."""

import pytest

from catalog.readers import enums


class TestFromCondition:
    @pytest.mark.parametrize(
        ("condition", "expected"),
        [
            ("status IN ('a','b''c')", ("status", ("a", "b'c"))),
            ("(`s` in ('a','b'))", ("s", ("a", "b"))),
            ("[x] IN ('a', 'b')", ("x", ("a", "b"))),
            ("x IS NULL OR x IN (1, 2)", ("x", ("1", "2"))),
            ("a = 'x' OR a = 'y'", ("a", ("x", "y"))),
            (
                "((s)::text = ANY ((ARRAY['x'::varchar(9), 'y'::character varying])::text[]))",
                ("s", ("x", "y")),
            ),
            (
                "CAST((c) AS TEXT) = ANY(ARRAY[CAST('a' AS TEXT), 'b'])",
                ("c", ("a", "b")),
            ),
        ],
    )
    def test_reads_a_list_of_values(
        self, condition: str, expected: tuple[str, tuple[str, ...]]
    ) -> None:
        """However the database prints it."""
        assert expected == enums.from_condition(condition)

    @pytest.mark.parametrize(
        "condition",
        [
            "x > 3",
            "NOT x IN ('a', 'b')",
            "status IN ('a', 'b') OR total > 3",
            "a IN ('x', 'y') AND b IN ('z')",
            "a = 'x' OR b = 'y'",
            "x IN (SELECT y FROM z)",
            "",
        ],
    )
    def test_leaves_other_conditions_alone(self, condition: str) -> None:
        """A condition that allows more than the list is no enum."""
        assert enums.from_condition(condition) is None

    @pytest.mark.parametrize("piece", ["'a' ,", "1", "_a", "'", "x::", "("])
    @pytest.mark.timeout(60)  # backtracking takes hours
    def test_gets_through_hostile_conditions(self, piece: str) -> None:
        """Conditions come from strangers."""
        assert enums.from_condition(f"x IN ({piece * 3000} y > 3 )") is None
