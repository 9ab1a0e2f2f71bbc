"""What came of trying a query."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """How a query was tried, e.g. "planned by PostgreSQL", and what is wrong with it, if anything.

    `tried` is False when the database could not be asked: nothing is known about the query then.
    """

    how: str
    problem: str | None = None
    tried: bool = True
