"""A generation at the deepest level: what it read, what it sent, and what nobody ever sees."""

import asyncio
import json
import logging
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from cryptography.fernet import Fernet

from catalog import codec
from contract.states import JobStatus
from store import contexts, jobs, overviews, projects, submissions
from store.database import Database
from store.vault import Vault
from tests.fake_ollama import MODEL, FakeOllama
from tests.integration.test_catalog_profiling_live import SECRET, script
from tests.live_databases import execute
from tests.worker_house import SNAPSHOT, House
from worker.ollama.limits import Limits
from worker.ollama.models import Models
from worker.pipeline import generation
from worker.runner import Runner, Timing
from worker.sources import Sources
from worker.worlds import Worlds

pytestmark = pytest.mark.integration

VAULT = Vault((Fernet.generate_key().decode(),))
EMBEDDER = "all-minilm:latest"


@pytest.fixture
def fake() -> Iterator[FakeOllama]:
    """A server with a model that writes and one that embeds."""
    with FakeOllama(models={MODEL: ("completion",), EMBEDDER: ("embedding",)}) as running:
        yield running


@pytest.fixture
def house(store: Database, redis_url: str, redis_client: redis.Redis) -> House:
    """A house with a fresh store and an empty Redis."""
    redis_client.ping()
    return House(store, redis_url)


def runner(house: House, fake: FakeOllama, folder: Path) -> Runner:
    """Return what runs jobs as the worker does."""
    worlds = Worlds(
        database=house.database,
        sources=Sources(vault=VAULT, demo_path=folder / "demo.db", sqlite_directories=()),
        models=Models(fake.url, limits=Limits(num_ctx=8192), parallel=1, slots=folder / "slots"),
        default_model=MODEL,
        embedding_hosts=fake.url,
    )
    return Runner(
        database=house.database,
        bus=house.bus,
        dispatch=house.dispatch(),
        worlds=worlds,
        generate=generation.generate,
        timing=Timing(lease=30, sweep_every=10.0),
    )


def submit(house: House, url: str, *, force: bool = False) -> jobs.Job:
    """Submit a generation of a project that may be looked into."""
    new = projects.NewProject(
        name="shop",
        kind="url",
        dialect="postgresql",
        location="db",
        sealed_source=VAULT.seal({"kind": "url", "url": url}),
        profile="shapes",
    )
    with house.database.write() as connection:
        made = projects.create(connection, house.user.id, new)
        asked = submissions.NewJob(
            user_id=house.user.id, project_id=made.id, options={"force": force}
        )
        return submissions.submit(connection, asked)[0]


def dumped(store: Database) -> str:
    """Return everything that the store holds, as SQL."""
    with sqlite3.connect(str(store.engine.url.database)) as connection:
        return "\n".join(connection.iterdump())


def test_nothing_about_people_leaves_the_database(
    house: House,
    fake: FakeOllama,
    postgres_url: str,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    redis_client: redis.Redis,
) -> None:
    """Store, events, Redis, questions to models and logs, at every level of logging."""
    caplog.set_level(logging.DEBUG)
    execute(postgres_url, script("orders") + "ANALYZE;\n")
    job = submit(house, postgres_url)
    with redis_client.monitor() as monitor:  # type: ignore[no-untyped-call]  # redis-py leaves it bare
        assert runner(house, fake, tmp_path).run(job.id) is JobStatus.SUCCEEDED
        redis_client.set("end", "of it")
        seen = []
        while "end" not in (command := monitor.next_command()["command"]):
            seen.append(command)
    asked = json.dumps([call.body for call in fake.calls])

    assert fake.chats
    assert "values seen: new and paid" in asked
    assert "AA-9999" in asked
    assert any("PUBLISH" in command for command in seen)
    assert "values seen" in dumped(house.database) or "AA-9999" in dumped(house.database)
    for place in (asked, dumped(house.database), "\n".join(seen), caplog.text):
        assert SECRET not in place
        assert "@example.org" not in place


def test_says_what_was_read_and_sent(
    house: House, fake: FakeOllama, postgres_url: str, tmp_path: Path
) -> None:
    """In the context, and in the project's overview without reading documents."""
    execute(postgres_url, script("orders") + "ANALYZE;\n")
    job = submit(house, postgres_url)
    runner(house, fake, tmp_path).run(job.id)
    with house.database.read() as connection:
        stored = contexts.of_job(connection, job.id)
        assert stored is not None
        overview = overviews.of_projects(connection, [stored.project_id])[stored.project_id]
    context = codec.context_from_dict(json.loads(stored.document))

    assert context.disclosure is not None
    assert {
        "level": "shapes",
        "embedder": EMBEDDER,
        **context.disclosure.totals(),
    } == overview.disclosed
    assert overview.disclosed == stored.disclosed
    assert {"orders", "customers"} == {table.id for table in context.disclosure.sent}
    read = context.disclosure.totals()["read"]
    assert (2, 11, 600, 6) == tuple(
        read[name] for name in ("tables", "names", "sampledRows", "withheldColumns")
    )


def test_a_database_that_goes_away_costs_the_profile_only(tmp_path: Path) -> None:
    """The profiler says so, and nothing fails."""
    url = "postgresql://a:b@127.0.0.1:9/shop"
    sealed = VAULT.seal({"kind": "url", "url": url})
    sources = Sources(vault=VAULT, demo_path=tmp_path / "d.db", sqlite_directories=())
    profiler = sources.profiler(kind="url", sealed=sealed, level="statistics")
    assert profiler is not None
    profile = asyncio.run(profiler.profile(SNAPSHOT, {"orders": {}}))

    assert ("statistics", ()) == (profile.level, profile.tables)
    assert ["statistics and values"] == [each.what for each in profile.unread]
    assert sources.profiler(kind="url", sealed=sealed, level="none") is None
    ddl = VAULT.seal({"kind": "ddl", "dialect": "sqlite", "ddl": "x"})
    assert sources.profiler(kind="ddl", sealed=ddl, level="shapes") is None
