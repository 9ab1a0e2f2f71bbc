"""docs/events.md and the code say the same."""

import asyncio
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from catalog.model import Snapshot
from contract import events, failures, steps
from contract.failures import FailureCode
from tests import fakes_model, fakes_shop
from tests.event_page import PAGE, data_of, first_cells
from tests.fakes_model import FakeModel, FakeReader
from worker.pipeline import generation
from worker.pipeline.ports import (
    Answered,
    Milestone,
    Present,
    Progress,
    Request,
    Unchanged,
    World,
    Written,
)


class TestEventCatalogue:
    def test_lists_every_step(self) -> None:
        """No step is missing, none is invented."""
        assert list(steps.Step) == list(dict.fromkeys(first_cells("Steps")))

    def test_lists_every_error_code_with_its_retryability(self) -> None:
        """What the page says of retrying is what the events say."""
        section = PAGE.split("## Error codes\n")[1]
        told = re.findall(r"^\| `(\w+)` \| [^|]+ \| (yes|no) \|", section, flags=re.MULTILINE)
        real = [
            (str(code), "yes" if code in failures.RETRYABLE else "no")
            for code in failures.FailureCode
        ]

        assert real == told


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return fakes_shop.snapshot(tmp_path_factory.mktemp("shop"))


class Before:
    """A run before: what it answered, and the context that it left."""

    def __init__(self, progress: list[Progress]) -> None:
        self._answers = {each.fingerprint: each.value for each in _answers(progress)}
        self._context = next(item.context for item in progress if isinstance(item, Written))

    async def recall(self, fingerprint: str) -> Mapping[str, Any] | None:
        return self._answers.get(fingerprint)

    async def present(self, _snapshot: Snapshot) -> Present:
        return Present(version=3, context=self._context)


def run(snapshot: Snapshot, **world: Any) -> list[Progress]:  # noqa: ANN401 - ports
    async def collect() -> list[Progress]:
        ports = World(reader=FakeReader(snapshot), **world)
        return [item async for item in generation.generate(Request(project="Shop"), ports)]

    return asyncio.run(collect())


def milestones(progress: list[Progress]) -> list[Milestone]:
    found = [item for item in progress if isinstance(item, Milestone)]
    return [*found, *(i.milestone for i in progress if isinstance(i, Written | Unchanged))]


def _answers(progress: list[Progress]) -> list[Answered]:
    stored = [answer for item in milestones(progress) for answer in item.answered]
    return [*stored, *(item for item in progress if isinstance(item, Answered))]


class TestFields:
    def test_are_those_of_an_event_that_has_all(self) -> None:
        """None is missing on the page, none is only there."""
        failed = failures.failure(FailureCode.MODEL_MISSING, "None.", action="pull", model="m:1b")
        wire = failed.to_dict()
        full = events.Event(
            job_id="j",
            seq=1,
            at=datetime.now(UTC),
            step=steps.Step.ERROR,
            progress=0,
            message=wire.pop("message"),
            stats={},
            eta=events.Eta(seconds=1, low=1, high=1, runs=1),
            data={},
            failure=wire,
            truncated=True,
        )

        assert set(json.loads(events.encode(full))) == set(first_cells("Fields"))

    def test_of_a_finished_generation_are_all_told(self, shop: Snapshot) -> None:
        """Those of a new context, and those of one that stays."""
        new = run(shop)
        kept = run(shop, shelf=Before(new))

        told = {key for item in (new, kept) for key in milestones(item)[-1].data or {}}
        assert told == data_of("complete of a generation")

    def test_of_counts_are_all_told(self, shop: Snapshot) -> None:
        """Whatever a generation counts: at first, again, and where the model gives nothing."""
        first = run(shop, model=FakeModel(fakes_model.obedient))
        again = run(shop, model=FakeModel(fakes_model.obedient), memory=Before(first))
        vain = run(shop, model=FakeModel(fakes_model.silent))

        counted = {
            key
            for each in (first, again, vain)
            for item in milestones(each)
            for key in item.stats or {}
        }
        assert counted | {"layers", "bytes"} == set(first_cells("Counts"))
