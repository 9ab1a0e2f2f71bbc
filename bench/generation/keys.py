"""Implied foreign keys: the declared ones are hidden, and found again beside plain names."""

from bench.generation import data, judging, plain_names
from bench.generation.stage import Stage
from bench.results import Column, Row, Section, Verdict
from catalog.model import Snapshot
from catalog.structure import implied

NAME = "keys"
# Precision and recall that plain name matching was measured with before, partitions included.
BOUNDS = {
    "sakila": (87, 100),
    "northwind": (100, 85),
    "danbooru": (86, 53),
    "spider-union": (85, 79),
}
LEAST_GAIN = 0.1  # points, on one of both figures


def run(stage: Stage, *, repeats: int) -> Section:
    """Judge both on every schema that is there; the result is the same in every round."""
    del repeats
    rows = [_row(schema, stage) for schema in data.SCHEMAS]
    rows.append(Row(name=data.DEMO, samples=(_sample(data.read_demo(stage.scratch)),)))
    return Section(
        name=NAME,
        title="Implied foreign keys",
        about=(
            "The declared keys of one column are hidden, with all but names, types, primary and "
            "unique keys, and are the truth: a reference that nobody declared counts as wrong, "
            "also where it is meant. Partitions are read as one table. The contender is plain name "
            "matching (`bench/generation/plain_names.py`), judged in the same run; the bounds are "
            "what such matching reached in an earlier measurement."
        ),
        columns=(
            Column(key="declared", title="declared"),
            Column(key="found", title="found"),
            Column(key="precision", title="precision %", digits=1),
            Column(key="recall", title="recall %", digits=1),
            Column(key="plain precision", title="plain names: precision %", digits=1),
            Column(key="plain recall", title="plain names: recall %", digits=1),
        ),
        rows=tuple(rows),
        verdicts=tuple(_verdicts({row.name: row for row in rows})),
    )


def _row(schema: data.Schema, stage: Stage) -> Row:
    try:
        return Row(name=schema.name, samples=(_sample(data.read(schema, stage.data)),))
    except data.MissingDataError as error:
        return Row(name=schema.name, note=str(error))


def _sample(snapshot: Snapshot) -> dict[str, float]:
    hidden = judging.hidden(snapshot)
    ours = judging.judge(
        snapshot,
        (
            (one.table, one.columns[0], one.target, one.target_columns[0])
            for one in implied.find(hidden)
            if len(one.columns) == 1
        ),
    )
    plain = judging.judge(snapshot, plain_names.find(hidden))
    return {
        "declared": ours.declared,
        "found": ours.found,
        "precision": ours.precision_percent,
        "recall": ours.recall_percent,
        "plain precision": plain.precision_percent,
        "plain recall": plain.recall_percent,
    }


def _verdicts(rows: dict[str, Row]) -> list[Verdict]:
    verdicts = []
    for name, (precision, recall) in BOUNDS.items():
        row = rows[name]
        found = {key: row.median(key) for key in ("precision", "recall")}
        gains = [
            figure - bound
            for figure, bound in zip(found.values(), (precision, recall), strict=True)
            if figure is not None
        ]
        verdicts += [
            Verdict(demand=f"{name}: precision %", figure=found["precision"], bound=precision,
                    digits=1),
            Verdict(demand=f"{name}: recall %", figure=found["recall"], bound=recall, digits=1),
            Verdict(demand=f"{name}: points above one of both bounds",
                    figure=max(gains, default=None), bound=LEAST_GAIN, digits=1),
        ]  # fmt: skip
    return verdicts
