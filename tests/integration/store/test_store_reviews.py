"""Decisions of people in the store: the last one counts, and they follow what is renamed."""

from collections.abc import AsyncGenerator
from dataclasses import replace

import pytest

from catalog.model import Column, Snapshot, Table
from contract.states import JobStatus
from store import reviews
from store.database import Database
from store.projects import Project
from store.reviews import Decision
from tests.worker_house import DONE, House
from worker.pipeline.ports import Progress, Request, Scanned, World

pytestmark = pytest.mark.integration


def edited(target: str, text: str) -> Decision:
    return Decision(target=target, state="edited", text=text)


class TestDecide:
    def test_counts_the_last_until_it_is_undone(self, db: Database, project: Project) -> None:
        """Other targets are left alone."""
        with db.write() as connection:
            for decision in (
                edited("summary", "1"),
                edited("summary", "2"),
                edited("table:a", "3"),
            ):
                reviews.decide(connection, project.id, decision, user_id=project.user_id)
            last = reviews.present(connection, project.id)
            assert reviews.undo(connection, project.id, target="summary")
            before = reviews.present(connection, project.id)
            assert reviews.undo(connection, project.id, target="summary")
            assert not reviews.undo(connection, project.id, target="summary")
            rest = reviews.present(connection, project.id)

        assert ["2", "3"] == [each.text for each in last.values()]
        assert ["1", "3"] == [each.text for each in before.values()]
        assert ["table:a"] == list(rest)

    def test_follows_names_that_were_swapped(self, db: Database, project: Project) -> None:
        """Each decision goes where its table went."""
        with db.write() as connection:
            for name in ("a", "b"):
                reviews.decide(
                    connection, project.id, edited(f"table:{name}", name), user_id=project.user_id
                )
            reviews.move(connection, project.id, {"table:a": "table:b", "table:b": "table:a"})
            found = reviews.present(connection, project.id)

        assert {"table:a": "b", "table:b": "a"} == {
            target: each.text for target, each in found.items()
        }


def test_generation_moves_decisions_to_new_names(store: Database, redis_url: str) -> None:
    """A table that was renamed keeps what people wrote about it and its columns."""
    house = House(store, redis_url)
    columns = tuple(Column(name=name, type=f"char({len(name)})") for name in ("id", "total"))

    def shop(name: str) -> Snapshot:
        return replace(DONE.snapshot, tables=(Table(name=name, columns=columns),))

    def generate(name: str) -> None:
        async def pipeline(_request: Request, _world: World) -> AsyncGenerator[Progress, None]:
            yield Scanned(snapshot=shop(name))
            yield replace(DONE, snapshot=shop(name))

        assert house.runner(pipeline).run(house.submit().id) is JobStatus.SUCCEEDED

    generate("orders")
    with store.write() as connection:
        for target in ("table:orders", "column:orders.total", "summary"):
            decision = edited(target, target)
            reviews.decide(connection, house.project.id, decision, user_id=house.user.id)
    generate("bookings")
    with store.read() as connection:
        found = reviews.present(connection, house.project.id)

    assert {
        "column:bookings.total": "column:orders.total",
        "summary": "summary",
        "table:bookings": "table:orders",
    } == {target: each.text for target, each in found.items()}
