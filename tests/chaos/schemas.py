"""Small schemas of several areas, each project's of another size: several batches for a model."""

import random
import re

#: Every table's name ends with its project's code: whatever a model is asked tells of which.
CODE = re.compile(r"_x([a-z]{4})\b")
_AREAS = {
    "sales": ("orders", "baskets", "vouchers", "returns"),
    "stock": ("shelves", "pallets", "counts", "movements"),
    "people": ("staff", "shifts", "absences", "trainings"),
    "money": ("invoices", "payments", "accounts", "budgets"),
    "fleet": ("vans", "routes", "tours", "repairs"),
}
_COLUMNS = (
    "grade smallint", "origin varchar(40)", "weight numeric(9,3)", "remark text",
    "reviewed boolean", "batch_mark varchar(12)", "due_on date", "score integer",
)  # fmt: skip
SMALLEST, LARGEST = 2, 4


#: The first letter of the codes of projects whose model takes its time: longer than a lease.
SLOW = "z"


def code(dice: random.Random, *, slow: bool = False) -> str:
    """Return a project's code, which tells whether its model is slow."""
    letters = "".join(dice.choices("abcdefghijklmnopqrstuvwxy", k=4))
    return f"{SLOW}{letters[1:]}" if slow else letters


def ddl(project: str, dice: random.Random) -> str:
    """Return the DDL (PostgreSQL's) of two to four areas with a hub and its satellites each."""
    areas = dice.sample(sorted(_AREAS), dice.randint(SMALLEST, LARGEST))
    return "\n".join(_area(area, project, dice) for area in areas)


def _area(area: str, project: str, dice: random.Random) -> str:
    hub = f"{area}_units_x{project}"
    others = dice.sample(_AREAS[area], dice.randint(1, len(_AREAS[area])))
    tables = [_table(hub, None, dice)]
    tables += [_table(f"{area}_{name}_x{project}", hub, dice) for name in others]
    return "\n".join(tables)


def _table(name: str, hub: str | None, dice: random.Random) -> str:
    lines = ["id bigint PRIMARY KEY", *dice.sample(_COLUMNS, dice.randint(2, 4))]
    if hub is not None:
        lines.append(f"unit_id bigint NOT NULL REFERENCES {hub} (id)")
    body = ",\n  ".join(lines)
    return f"CREATE TABLE {name} (\n  {body}\n);"
