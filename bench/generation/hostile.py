"""What is shown when a model does everything wrong: coverage, inventions, SQL."""

from collections.abc import Iterator, Sequence
from typing import Any

from bench.generation import data, runs
from bench.generation.stage import Stage
from bench.results import Column, Row, Sample, Section, Verdict
from catalog import codec
from catalog.context import Context
from catalog.model import Snapshot
from catalog.planning import copies
from tests import fakes_hostile
from tests.fakes_model import FakeModel

NAME = "hostile"
_WINDOW = 3 * 8192  # bytes of prompt and answer


def run(stage: Stage, *, repeats: int) -> Section:  # noqa: ARG001 - the same in every round
    """Generate with each model from each schema, and look at all that came out."""
    snapshots = [data.read_demo(stage.scratch)]
    missing: list[str] = []
    # Twelve models on 876 tables take minutes.
    for schema in data.SCHEMAS if stage.full else data.SCHEMAS[:-1]:
        try:
            snapshots.append(data.read(schema, stage.data))
        except data.MissingDataError as error:
            missing.append(str(error))
    note = "; ".join(missing)
    rows = tuple(
        Row(name=name, samples=(_sample(snapshots, script),), note=note)
        for name, script in fakes_hostile.SCRIPTS.items()
    )
    return Section(
        name=NAME,
        title="Contexts by models that do everything wrong",
        about=(
            "Each model writes the contexts of "
            f"{', '.join(each.database for each in snapshots)}, four answers at once. Invented is "
            "every text of the context's JSON that holds a name or number which only the model "
            "made up; this is found by the words that these models use, not by the checks that are "
            "measured. SQL is planned by an empty copy of the schema once more."
        ),
        columns=(
            Column(key="covered", title="% of tables and columns with text and evidence", digits=2),
            Column(key="by_model", title="% of these by the model", digits=1),
            Column(key="low", title="% with low confidence", digits=1),
            Column(key="invented", title="invented"),
            Column(key="queries", title="queries shown"),
            Column(key="refused", title="of these refused"),
        ),
        rows=rows,
        verdicts=(
            Verdict(demand="% covered, worst", figure=_least(rows, "covered"), bound=100),
            _none("invented names and numbers", rows, "invented"),
            _none("queries shown that are refused", rows, "refused"),
        ),
    )


def _sample(snapshots: Sequence[Snapshot], script: fakes_hostile.Script) -> Sample:
    total = {"places": 0, "covered": 0, "by_model": 0, "low": 0, "invented": 0}
    queries = refused = 0
    for snapshot in snapshots:
        model = FakeModel(script, parallel=4, window=_WINDOW)
        context = runs.run_now(snapshot, model).context
        for key, value in _counts(snapshot, context).items():
            total[key] += value
        shown = [prompt.sql for prompt in context.prompts if prompt.sql]
        queries += len(shown)
        refused += sum(copies.plan(sql, snapshot).problem is not None for sql in shown)
    places = total["places"]
    return {
        **{key: 100 * total[key] / places for key in ("covered", "by_model", "low")},
        "invented": total["invented"],
        "queries": queries,
        "refused": refused,
    }


def _counts(snapshot: Snapshot, context: Context) -> dict[str, int]:
    found = {
        (table.id, column.name if column else ""): (column or table).description
        for table in context.tables
        for column in (None, *table.columns)
    }
    places = [(t.id, name) for t in snapshot.tables for name in ("", *(c.name for c in t.columns))]
    texts = [found[place] for place in places if place in found]
    return {
        "places": len(places),
        "covered": sum(bool(text.text.strip() and text.evidence) for text in texts),
        "by_model": sum(text.source == "model" for text in texts),
        "low": sum(text.confidence == "low" for text in texts),
        "invented": len(fakes_hostile.invented(_strings(codec.context_to_dict(context)))),
    }


def _strings(value: Any) -> Iterator[str]:  # noqa: ANN401  # JSON of any shape
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _strings(each)


def _least(rows: Sequence[Row], key: str) -> float:
    return min(row.samples[0][key] for row in rows)


def _none(demand: str, rows: Sequence[Row], key: str) -> Verdict:
    total = sum(row.samples[0][key] for row in rows)
    return Verdict(demand=demand, figure=total, bound=0, at_most=True, digits=0)
