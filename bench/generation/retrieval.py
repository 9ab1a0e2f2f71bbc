"""Retrieval: how many questions find every table they need, beside the plain ways."""

import asyncio
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bench import questions
from bench.generation import plain_search
from bench.generation.plain_search import Bm25, Ranking, Vectors
from bench.generation.stage import Stage
from bench.questions import MissingDataError, Questions
from bench.results import Column, Row, Sample, Section, Verdict
from catalog.search import index, passages
from catalog.search.meaning import Vector
from catalog.structure import analysis
from worker.ollama import embedding
from worker.pipeline.ports import PortError

NAME = "retrieval"
WORDS = "Schemalore: words and joins"
VECTORS = "Schemalore: words, joins and vectors"
BM25 = "BM25 (bm25s)"
BM25_NEAR = "BM25, key neighbours"
HYBRID = "BM25 and vectors, ranks added"
HYBRID_NEAR = "BM25 and vectors, ranks added, key neighbours"
PLAIN = (BM25, BM25_NEAR, HYBRID, HYBRID_NEAR)
NEED_VECTORS = (VECTORS, HYBRID, HYBRID_NEAR)
DEPTHS = (5, 10, 20)

Search = Callable[[str, Vector | None], Sequence[str]]  # ids of tables, the best first


@dataclass(frozen=True, kw_only=True)
class Embedded:
    """What a model made of the schema and the questions."""

    passages: tuple[passages.Passage, ...]
    vectors: Mapping[str, Vector]
    questions: Sequence[Vector]


def run(stage: Stage, *, repeats: int) -> Section:
    """Ask every question of every way to search, in each round."""
    try:
        data = questions.load(stage.data)
    except MissingDataError as error:
        return _section(tuple(Row(name=name, note=str(error)) for name in (WORDS, *PLAIN)), None)
    embedded, note = _embed(stage, data)
    samples: dict[str, list[Sample]] = {}
    for number in range(1, repeats + 1):
        for name, make in _ways(data, embedded):
            print(f"  round {number} of {repeats}: {name}", flush=True)
            samples.setdefault(name, []).append(_sample(data, embedded, make))
    rows = [
        Row(
            name=name,
            samples=tuple(samples.get(name, ())),
            note=note if name in NEED_VECTORS else "",
        )
        for name in (WORDS, VECTORS, *PLAIN)
    ]
    return _section(tuple(rows), data)


def _section(rows: tuple[Row, ...], data: Questions | None) -> Section:
    found = {row.name: row for row in rows}
    size = f"{len(data.asked):,} questions, {len(data.snapshot.tables)}" if data else "The"
    words, vectors = found[WORDS], found.get(VECTORS, Row(name=VECTORS))
    return Section(
        name=NAME,
        title="Retrieval on Spider's development questions",
        about=(
            f"{size} tables of all databases in one schema. Shares are of questions with every "
            "needed table among the first hits. Constants were chosen on the questions of the "
            "first, third, ... database in alphabetical order only; the others judge them. The "
            "plain ways are in `bench/generation/plain_search.py`. A query's time is without that "
            "of the model that embeds the question."
        ),
        columns=(
            Column(key="complete 10", title="complete in 10 %", digits=1),
            Column(key="chosen", title="chosen half %", digits=1),
            Column(key="judging", title="judging half %", digits=1),
            Column(key="complete 5", title="complete in 5 %", digits=1),
            Column(key="complete 20", title="complete in 20 %", digits=1),
            Column(key="query", title="query p50 ms", digits=2),
            Column(key="query 99", title="query p99 ms", digits=2),
            Column(key="index", title="index s", digits=2),
        ),
        rows=rows,
        verdicts=(
            Verdict(
                demand="complete in 10 by words, %", bound=94, digits=1,
                figure=words.median("complete 10"),
            ),
            Verdict(
                demand="complete in 10 with vectors, %", bound=97.5, digits=1,
                figure=vectors.median("complete 10"),
            ),
            Verdict(
                demand="query p50 with vectors, ms", bound=20, at_most=True,
                figure=vectors.median("query"),
            ),
            Verdict(
                demand="index with vectors, s", bound=2, at_most=True,
                figure=vectors.median("index"),
            ),
        ),
    )  # fmt: skip


def _embed(stage: Stage, data: Questions) -> tuple[Embedded | None, str]:
    made = passages.of_snapshot(data.snapshot, {})

    async def embed() -> tuple[Embedded | None, str]:
        waits = embedding.Waits()
        async with embedding.opened(stage.ollama, wanted="", waits=waits) as model:
            if model is None:
                return None, f"no embedding model at {stage.ollama or 'no server'}: give --ollama"
            print(f"  embedding {len(made)} texts and {len(data.asked)} questions", flush=True)
            found = await model.embed([each.text for each in made])
            asked = await model.embed([each.text for each in data.asked])
        vectors = {each.fingerprint: one for each, one in zip(made, found, strict=True)}
        return Embedded(passages=made, vectors=vectors, questions=asked), model.name

    try:
        return asyncio.run(embed())
    except PortError as error:
        return None, error.failure.message


def _ways(data: Questions, embedded: Embedded | None) -> Iterator[tuple[str, Callable[[], Search]]]:
    yield WORDS, lambda: _ours(data, None)
    yield BM25, lambda: _plain(data, None, near=False)
    yield BM25_NEAR, lambda: _plain(data, None, near=True)
    if embedded is not None:
        yield VECTORS, lambda: _ours(data, embedded)
        yield HYBRID, lambda: _plain(data, embedded, near=False)
        yield HYBRID_NEAR, lambda: _plain(data, embedded, near=True)


def _ours(data: Questions, embedded: Embedded | None) -> Search:
    built = index.build(
        data.snapshot,
        analysis.relations_of(data.snapshot),
        vectors=embedded.vectors if embedded else None,
        embedded=embedded.passages if embedded else (),
    )

    def search(question: str, vector: Vector | None) -> Sequence[str]:
        return [hit.table for hit in built.search(question, DEPTHS[-1], vector=vector)]

    return search


def _plain(data: Questions, embedded: Embedded | None, *, near: bool) -> Search:
    ranker = Bm25(data.snapshot)
    likeness = Vectors(data.snapshot, embedded.passages, embedded.vectors) if embedded else None
    joined = plain_search.neighbours(data.snapshot)

    def search(question: str, vector: Vector | None) -> Sequence[str]:
        ranking: Ranking = ranker.rank(question)
        if likeness is not None and vector is not None:
            ranking = plain_search.fused(ranking, *likeness.rankings(vector))
        if near:
            ranking = plain_search.with_neighbours(ranking, joined)
        return [data.snapshot.tables[at].id for at in ranking[: DEPTHS[-1]]]

    return search


def _sample(data: Questions, embedded: Embedded | None, make: Callable[[], Search]) -> Sample:
    began = time.perf_counter()
    search = make()
    built = time.perf_counter() - began
    asked = embedded.questions if embedded else [None] * len(data.asked)
    seconds, found = [], []
    for question, vector in zip(data.asked, asked, strict=True):
        began = time.perf_counter()
        found.append(search(question.text, vector))
        seconds.append(time.perf_counter() - began)
    chosen = set(data.databases[::2])
    complete = {
        depth: [
            each.tables <= set(hits[:depth]) for each, hits in zip(data.asked, found, strict=True)
        ]
        for depth in DEPTHS
    }
    halves = [each.database in chosen for each in data.asked]
    ten = np.array(complete[10])
    return {
        **{f"complete {depth}": float(np.mean(each)) * 100 for depth, each in complete.items()},
        "chosen": float(ten[halves].mean()) * 100,
        "judging": float(ten[~np.array(halves)].mean()) * 100,
        "query": float(np.median(seconds)) * 1000,
        "query 99": float(np.quantile(seconds, 0.99)) * 1000,
        "index": built,
    }
