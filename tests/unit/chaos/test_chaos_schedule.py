"""The schedule of faults: repeatable, complete, and with calm between its storms."""

import subprocess
import sys
from itertools import pairwise

import pytest

from tests.chaos import schedule

OURS = ("app", "catalog", "client", "contract", "demo", "relay", "stack", "store", "worker")


class TestPlan:
    def test_follows_from_the_seed(self) -> None:
        """The same seed is the same schedule, another seed another one."""
        first, again, other = (
            schedule.plan(seed, minutes=2, database="postgres") for seed in (7, 7, 8)
        )

        assert first == again
        assert first != other

    @pytest.mark.parametrize("database", ["postgres", "sqlite"])
    def test_leaves_no_kind_out_in_five_minutes(self, database: str) -> None:
        """Every kind of fault strikes every target that it is meant for."""
        plan = schedule.plan(1, minutes=5, database=database)
        struck = {(fault.kind, fault.target) for fault in plan}
        kinds = {fault.kind for fault in schedule.plan(2, minutes=60, database=database)}

        assert kinds == {kind for kind, _ in struck}
        assert {(kind, link) for kind in schedule.LINK_KINDS for link in schedule.LINKS} <= struck
        assert {("kill", name) for name in ("relay", "web", "beat", "redis")} <= struck

    def test_is_calm_in_between(self) -> None:
        """There is time for what needs quiet."""
        plan = schedule.plan(3, minutes=3, database="sqlite")
        gaps = [after.after - before.after for before, after in pairwise(plan)]

        assert 3 <= sum(gap >= schedule.CALM_SECONDS - 3.5 for gap in gaps)
        assert sorted(fault.after for fault in plan) == [fault.after for fault in plan]


class TestChecker:
    def test_shares_no_code_with_the_product(self) -> None:
        """Nothing of ours is loaded with it, nor anything but the standard library."""
        program = (
            "import sys; before = set(sys.modules); import tests.chaos.checker; "
            "print(*sorted({name.split('.')[0] for name in set(sys.modules) - before}))"
        )
        done = subprocess.run(
            [sys.executable, "-c", program], capture_output=True, text=True, check=True
        )
        loaded = set(done.stdout.split())

        assert "tests" in loaded
        assert set() == loaded & set(OURS)
        assert {"tests"} == loaded - set(sys.stdlib_module_names)

    def test_reads_a_database_with_drivers_only(self) -> None:
        """What it checks was written by SQL of its own."""
        program = "import sys, tests.chaos.ledger; print(*{n.split('.')[0] for n in sys.modules})"
        done = subprocess.run(
            [sys.executable, "-c", program], capture_output=True, text=True, check=True
        )

        assert set() == set(done.stdout.split()) & {*OURS, "sqlalchemy", "flask", "celery"}
