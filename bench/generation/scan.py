"""Reading a large schema from PostgreSQL: seconds and queries."""

import contextlib
import time
from collections.abc import Callable, Iterator

import sqlalchemy as sa

from bench.generation import data
from bench.generation.stage import MissingServiceError, Stage
from bench.results import Column, Row, Sample, Section, Verdict
from bench.workloads import rounds
from catalog.readers import live

NAME = "scan"
OURS = "Schemalore's reader"
REFLECT = "SQLAlchemy's MetaData.reflect()"


def run(stage: Stage, *, repeats: int) -> Section:
    """Read the same database with both, in turn."""
    try:
        script = data.SPIDER.text(stage.data)
        with stage.postgres(script) as url:
            rows = _rows(url, repeats)
    except (data.MissingDataError, MissingServiceError) as error:
        rows = (Row(name=OURS, note=str(error)), Row(name=REFLECT, note=str(error)))
    return Section(
        name=NAME,
        title="Scan of 876 tables in PostgreSQL",
        about=(
            "The whole schema of spider-union, from opening the connection to the finished "
            "snapshot. The contender reads less: no types as the database prints them, no enums, "
            "estimates, views' sources or parts of tables."
        ),
        columns=(
            Column(key="seconds", title="seconds", digits=2),
            Column(key="queries", title="queries"),
            Column(key="tables", title="tables"),
            Column(key="columns", title="columns"),
            Column(key="keys", title="foreign keys"),
        ),
        rows=rows,
        verdicts=(
            Verdict(demand="seconds", figure=rows[0].median("seconds"), bound=1, at_most=True),
            Verdict(
                demand="queries",
                figure=rows[0].most("queries"),
                bound=14,
                at_most=True,
                digits=0,
            ),
        ),
    )


def _rows(url: str, repeats: int) -> tuple[Row, ...]:
    samples: dict[str, list[Sample]] = {OURS: [], REFLECT: []}
    readers = {OURS: _ours, REFLECT: _reflect}

    def all_in_turn() -> Sample:
        for name, read in readers.items():
            samples[name].append(_timed(read, url))
        return samples[OURS][-1]

    rounds.repeat("both readers", "", rounds=repeats, measure=all_in_turn)
    note = f"sqlalchemy {sa.__version__}"
    return tuple(Row(name=name, samples=tuple(found), note=note) for name, found in samples.items())


def _timed(read: Callable[[str], dict[str, int]], url: str) -> Sample:
    with _counted() as queries:
        started = time.perf_counter()
        found = read(url)
        seconds = time.perf_counter() - started
    return {"seconds": seconds, "queries": len(queries), **found}


def _ours(url: str) -> dict[str, int]:
    tables = live.read(url).tables
    return {
        "tables": len(tables),
        "columns": sum(len(table.columns) for table in tables),
        "keys": sum(len(table.foreign_keys) for table in tables),
    }


def _reflect(url: str) -> dict[str, int]:
    engine = sa.create_engine(sa.make_url(url).set(drivername="postgresql+psycopg"))
    found = sa.MetaData()
    found.reflect(engine)
    engine.dispose()
    tables = found.tables.values()
    return {
        "tables": len(tables),
        "columns": sum(len(table.columns) for table in tables),
        "keys": sum(len(table.foreign_key_constraints) for table in tables),
    }


@contextlib.contextmanager
def _counted() -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", note)
