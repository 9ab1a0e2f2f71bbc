"""Checks SQL against the schema first, then has a database plan it."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from catalog import sqlcheck
from catalog.context import StartingPrompt
from catalog.model import Snapshot
from worker.pipeline.facts import Facts
from worker.pipeline.ports import Planner
from worker.pipeline.structural import prompts
from worker.pipeline.structural.prompts import CHECKED

NO_SQL = "No SQL is shown:"
_ROUNDS = 4  # what takes the place of a refused question may be refused, too


@dataclass(frozen=True, kw_only=True)
class Checked:
    """How a query was checked, and what is wrong with it."""

    check: str
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Checker:
    """Checks queries on one snapshot; without a planner, only that names exist."""

    snapshot: Snapshot
    planner: Planner | None = None
    _refused: dict[str, str] = field(default_factory=dict)  # reason by SQL

    async def check(self, queries: Sequence[str]) -> list[Checked]:
        """Return for each query what came of its check."""
        found = await asyncio.to_thread(self._names, queries)
        named = [sql for sql, problems in found.items() if not problems]
        planned: Mapping[str, Checked] = {}
        if self.planner is not None and named:
            verdicts = await self.planner.plan(self.snapshot, named)
            planned = {
                sql: Checked(
                    check=f"{CHECKED}; {verdict.how}",
                    problems=(verdict.problem,) if verdict.problem else (),
                )
                for sql, verdict in zip(named, verdicts, strict=True)
            }
        return [planned.get(sql) or Checked(check=CHECKED, problems=found[sql]) for sql in queries]

    async def propose(self, known: Facts) -> tuple[StartingPrompt, ...]:
        """Return starting prompts from facts; one that is refused makes room for the next best."""
        proposed: tuple[StartingPrompt, ...] = ()
        for _ in range(_ROUNDS):
            proposed = await asyncio.to_thread(prompts.propose, known, check=self._known_problems)
            if self.planner is None:
                return proposed
            verdicts = await self.check([prompt.sql or "" for prompt in proposed])
            self._refused.update(
                (prompt.sql or "", verdict.problems[0])
                for prompt, verdict in zip(proposed, verdicts, strict=True)
                if verdict.problems
            )
            proposed = tuple(map(shown, proposed, verdicts))
            if all(prompt.sql for prompt in proposed):
                break
        return proposed

    def _names(self, queries: Sequence[str]) -> dict[str, tuple[str, ...]]:
        return {sql: sqlcheck.check(sql, self.snapshot) for sql in queries}

    def _known_problems(self, sql: str, snapshot: Snapshot) -> tuple[str, ...]:
        refused = self._refused.get(sql)
        return (refused,) if refused else sqlcheck.check(sql, snapshot)


def shown(prompt: StartingPrompt, checked: Checked) -> StartingPrompt:
    """Return the prompt as it may be shown: without SQL, and with the reason, where it failed."""
    if checked.problems:
        return replace(prompt, sql=None, check=f"{NO_SQL} {checked.problems[0]}")
    return replace(prompt, check=prompt.check.replace(CHECKED, checked.check, 1))
