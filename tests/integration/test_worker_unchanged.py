"""A generation that finds nothing changed ends at once, and the context stays."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import redis

from contract import events as wire
from contract.states import JobStatus
from contract.steps import Step
from store import contexts, projects, statistics, submissions
from store.database import Database
from tests.fake_ollama import MODEL, FakeOllama
from tests.integration.test_worker_profile import VAULT, runner
from tests.live_databases import execute
from tests.worker_house import House

pytestmark = pytest.mark.integration

DDL = """
CREATE TABLE place (id int PRIMARY KEY, mark text);
CREATE TABLE parcel (id int PRIMARY KEY, place_id int REFERENCES place (id), weight numeric(9, 3));
"""
Change = Callable[[House, projects.Project], None]


@pytest.fixture
def fake() -> Iterator[FakeOllama]:
    """A server with a model."""
    with FakeOllama() as running:
        yield running


class Desk:
    """A project on a live database, whose generations are run here."""

    def __init__(self, house: House, fake: FakeOllama, url: str, folder: Path) -> None:
        self.house = house
        self.fake = fake
        self._folder = folder
        new = projects.NewProject(
            name="post",
            kind="url",
            dialect="postgresql",
            location="db",
            sealed_source=VAULT.seal({"kind": "url", "url": url}),
        )
        with house.database.write() as connection:
            self.project = projects.create(connection, house.user.id, new)

    def generate(self, **options: Any) -> tuple[list[wire.Event], int]:  # noqa: ANN401 - options of a job
        """Return all that a generation told, and how often it asked the model."""
        new = submissions.NewJob(
            user_id=self.house.user.id,
            project_id=self.project.id,
            options=options,
            fresh=bool(options.get("force")),
        )
        with self.house.database.write() as connection:
            job, _ = submissions.submit(connection, new)
        before = len(self.fake.chats)
        status = runner(self.house, self.fake, self._folder).run(job.id)

        assert status is JobStatus.SUCCEEDED
        return self.house.stored(job), len(self.fake.chats) - before

    def versions(self) -> list[int]:
        with self.house.database.read() as connection:
            return [each.version for each in contexts.versions(connection, self.project.id)]


@pytest.fixture
def desk(
    store: Database,
    redis_url: str,
    redis_client: redis.Redis,
    fake: FakeOllama,
    postgres_url: str,
    tmp_path: Path,
) -> Desk:
    """A project that was written about once."""
    redis_client.ping()
    execute(postgres_url, DDL)
    made = Desk(House(store, redis_url), fake, postgres_url, tmp_path)
    _, asked = made.generate()
    assert asked > 0
    return made


def test_asks_no_model_and_gives_the_context_that_is_there(desk: Desk) -> None:
    """No step after the scan is begun; the end has all that the first run's last event told."""
    told, asked = desk.generate()
    last = told[-1]

    assert [Step.SCANNING, Step.COMPLETE] == list(dict.fromkeys(event.step for event in told))
    assert last.data is not None
    assert (Step.COMPLETE, 100, True, 1) == (
        last.step,
        last.progress,
        last.data["unchanged"],
        last.data["contextVersion"],
    )
    assert "unchanged" in last.message
    assert (0, [1]) == (asked, desk.versions())
    assert last.data["aiGeneratedContext"]
    assert last.data["initialPrompts"]


def test_is_no_measure_of_how_long_writing_takes(desk: Desk) -> None:
    """Estimates come from runs that wrote something."""
    desk.generate()
    with desk.house.database.read() as connection:
        runs = statistics.similar_runs(connection, engine="ollama", model=MODEL)

    assert 1 == len(runs)


def test_writes_anew_when_it_is_forced(desk: Desk) -> None:
    """Whoever insists gets new texts."""
    told, asked = desk.generate(force=True)

    assert told[-1].data is not None
    assert "unchanged" not in told[-1].data
    assert asked > 0
    assert [2, 1] == desk.versions()


def test_writes_when_the_schema_has_changed(desk: Desk, postgres_url: str) -> None:
    """One column is enough; rows are none."""
    execute(postgres_url, "INSERT INTO place VALUES (1, 'x');\nANALYZE;\n")
    with_rows = desk.versions(), desk.generate()[1]
    execute(postgres_url, "ALTER TABLE place ADD COLUMN floor int;\n")
    desk.generate()

    assert ([1], 0) == with_rows
    assert [2, 1] == desk.versions()


@pytest.mark.parametrize("options", [{"language": "de"}, {"engine": "structural"}])
def test_writes_when_something_else_is_wanted(desk: Desk, options: dict[str, str]) -> None:
    """Another language, another engine; and then that is what is there."""
    desk.generate(**options)
    again, asked = desk.generate(**options)

    assert [2, 1] == desk.versions()
    assert again[-1].data is not None
    assert (2, 0) == (again[-1].data["contextVersion"], asked)


def _rename(house: House, project: projects.Project) -> None:
    with house.database.write() as connection:
        projects.change(connection, project.id, name="mail", profile="none")


def _allow(house: House, project: projects.Project) -> None:
    with house.database.write() as connection:
        projects.change(connection, project.id, name=project.name, profile="statistics")


@pytest.mark.parametrize("change", [_rename, _allow])
def test_writes_when_the_project_has_changed(desk: Desk, change: Change) -> None:
    """Its name stands in the texts, and its level decides what they may say."""
    change(desk.house, desk.project)
    desk.generate()
    desk.generate()

    assert [2, 1] == desk.versions()
