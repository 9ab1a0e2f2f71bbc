"""A generation that takes its time: a model server answers slowly, and things die meanwhile."""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from stack import local, settings
from tests import people
from tests.fake_ollama import MODEL, Answer, FakeOllama

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(180)]

DEMO = {"kind": "demo"}
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def model_server() -> Iterator[FakeOllama]:
    with FakeOllama(registry={"tiny:latest": (900_000, 70), "small:1b": (500,)}) as fake:
        yield fake


@pytest.fixture(autouse=True)
def quick(model_server: FakeOllama) -> Iterator[None]:
    """Let each test begin, and each other test go on, with a model that answers at once."""
    yield
    model_server.answer = lambda _body: Answer()


@pytest.fixture(scope="module")
def stack(
    tmp_path_factory: pytest.TempPathFactory, model_server: FakeOllama
) -> Iterator[local.Stack]:
    """All processes but Flower, with the model server."""
    environ = {
        "OLLAMA_HOST": f"{model_server.url},http://127.0.0.1:9",  # the second one is away
        "OLLAMA_MODEL": MODEL,
        "GENERATE_RATE_LIMIT": "10000/minute",
        "LOGIN_RATE_LIMIT": "10000/minute",
        "JOB_LEASE_SECONDS": "5",
    }
    directory = tmp_path_factory.mktemp("with-model")
    processes = ("web", "relay", "worker", "beat")
    with local.Stack(directory, environ=environ, processes=processes) as running:
        yield running


def until_ticking(events: Iterator[dict[str, Any]]) -> list[dict[str, Any]]:
    """Read until the model writes; return the milestones that came before."""
    seen: list[dict[str, Any]] = []
    for wire in events:
        if "seq" not in wire:
            assert {"tokens", "tokensPerSecond", "tail"} == set(wire["data"])
            return seen
        seen.append(wire)
    pytest.fail("the stream ended before the model wrote anything")


class TestModelEngine:
    def test_writes_the_context(self, person: people.Person, model_server: FakeOllama) -> None:
        """The model is asked in batches, and every table is described."""
        before = len(model_server.chats)
        project_id = person.project(DEMO)
        events = person.follow(person.generate(project_id)["id"])
        context = person.api.get(f"/projects/{project_id}/context").json()

        assert "complete" == events[-1]["step"], events[-1]["message"]
        assert "AI analyzing database structure..." in [event["message"] for event in events]
        assert ("ollama", MODEL) == (context["engine"], context["model"])
        assert len(model_server.chats) > before + 5
        assert {"model", "template"} <= {
            table["description"]["source"] for table in context["context"]["tables"]
        } | {
            column["description"]["source"]
            for table in context["context"]["tables"]
            for column in table["columns"]
        }

    def test_is_scored(self, person: people.Person, model_server: FakeOllama) -> None:
        """Stored with the version, shown by the API and in both exports, beside facts alone."""
        before = len(model_server.chats)
        project_id = person.project(DEMO)
        person.follow(person.generate(project_id)["id"])
        context = person.api.get(f"/projects/{project_id}/context").json()
        path = f"/projects/{project_id}/context/export?format="
        exported = person.api.get(f"{path}json").json()
        markdown = person.api.get(f"{path}markdown").text

        scores = context["scores"]
        assert scores == context["context"]["scores"] == exported["context"]["scores"]
        assert (1.0, 1.0) == (scores["coverage"], scores["groundedShare"])
        assert (1.0, 1.0) == (
            scores["factsAlone"]["coverage"], scores["factsAlone"]["verifiedSqlShare"],
        )  # fmt: skip
        calls = sum(step["modelCalls"] for step in scores["steps"])
        assert len(model_server.chats) - before == calls
        assert all(step["promptTokens"] > 0 for step in scores["steps"] if step["modelCalls"])
        assert "| Score | This context | Facts alone |" in markdown

    def test_goes_on_while_app_and_relay_die(
        self, stack: local.Stack, person: people.Person, model_server: FakeOllama
    ) -> None:
        """Kill -9 of both in the middle of an answer: nothing is lost or told twice."""
        go_on = threading.Event()
        model_server.answer = lambda _body: Answer(chunk_seconds=0.002, until=go_on)
        job = person.generate(person.project(DEMO))
        with person.following(f"/jobs/{job['id']}/stream") as source:
            seen = until_ticking(people.messages(source))
            stack.kill("web")
            stack.kill("relay")
        time.sleep(1)
        stack.start("web")
        stack.start("relay")
        assert "running" == person.api.get(f"/jobs/{job['id']}").json()["status"]
        go_on.set()
        seen += person.follow(job["id"], last_id=f"{job['id']}:{seen[-1]['seq']}")

        ended = person.wait(job["id"])
        assert ("succeeded", 1) == (ended["status"], ended["attempt"])
        assert list(range(1, ended["lastSeq"] + 1)) == [event["seq"] for event in seen]

    def test_is_cancelled_in_the_middle_of_an_answer(
        self, person: people.Person, model_server: FakeOllama
    ) -> None:
        """Within two seconds the job has ended and the model server saw the close."""
        model_server.answer = lambda _body: Answer(chunk_seconds=0.2)
        job = person.generate(person.project(DEMO))
        with person.following(f"/jobs/{job['id']}/stream") as source:
            events = people.messages(source)
            until_ticking(events)
            asked = time.monotonic()
            person.api.post(f"/jobs/{job['id']}/cancel")
            last = list(events)[-1]
            seconds = time.monotonic() - asked

        assert ("error", "cancelled") == (last["step"], last["code"])
        assert seconds < 2
        deadline = time.monotonic() + 1
        while model_server.chats[-1].outcome == "open" and time.monotonic() < deadline:
            time.sleep(0.05)
        assert "closed by client" == model_server.chats[-1].outcome

    def test_fails_with_the_remedy_when_the_model_is_missing(self, person: people.Person) -> None:
        """Event and job name the model and offer to pull it."""
        job = person.generate(person.project(DEMO), engine="ollama", model="no-such-model")
        last = person.follow(job["id"])[-1]

        names = ("code", "action", "retryable", "model")
        told = ("model_missing", "pull", False, "no-such-model")
        assert told == tuple(last[name] for name in names)
        error = person.api.get(f"/jobs/{job['id']}").json()["error"]
        assert told == tuple(error[name] for name in names)
        assert "no-such-model" in last["message"]

    def test_resumes_after_its_worker_was_killed(
        self, stack: local.Stack, person: people.Person, model_server: FakeOllama
    ) -> None:
        """A second attempt goes on under the same numbers, and says so once."""
        never = threading.Event()
        model_server.answer = lambda _body: Answer(chunk_seconds=0.002, until=never)
        job = person.generate(person.project(DEMO))
        with person.following(f"/jobs/{job['id']}/stream") as source:
            until_ticking(people.messages(source))
        stack.kill("worker")
        model_server.answer = lambda _body: Answer()
        stack.start("worker")
        events = person.follow(job["id"])

        assert "complete" == events[-1]["step"]
        assert 2 == person.wait(job["id"])["attempt"]
        told = [event["message"] for event in events]
        assert 1 == told.count("Resuming after an interruption...")
        progress = [event["progress"] for event in events]
        assert sorted(progress) == progress


class TestPull:
    def test_is_watched_live(self, person: people.Person, model_server: FakeOllama) -> None:
        """App, worker and relay treat it like any other job; then the model can write."""
        model_server.answer = lambda _body: Answer(chunk_seconds=0.15)
        job = person.api.post("/models/pull", json={"model": "tiny"}).json()
        with person.following(f"/jobs/{job['id']}/stream") as source:
            seen = list(people.messages(source))
        milestones = [wire for wire in seen if "seq" in wire]
        ticks = [wire for wire in seen if "seq" not in wire]

        assert ("complete", "tiny:latest") == (seen[-1]["step"], seen[-1]["data"]["model"])
        assert list(range(1, len(milestones) + 1)) == [wire["seq"] for wire in milestones]
        assert {"completed", "total", "bytesPerSecond"} == set(ticks[0]["data"])
        installed = [each["name"] for each in person.api.get("/models").json()["items"]]
        assert "tiny:latest" in installed

    def test_is_followed_in_a_terminal(
        self, stack: local.Stack, person: people.Person, model_server: FakeOllama, tmp_path: Path
    ) -> None:
        """The command shows it to its end."""
        done = subprocess.run(
            [sys.executable, "-m", "client.main", "pull", "small:1b"],
            cwd=ROOT,
            env=settings.inherited()
            | {
                "SCHEMALORE_URL": stack.app_url,
                "SCHEMALORE_RELAY_URL": stack.relay_url,
                "SCHEMALORE_TOKEN": person.token,
                "SCHEMALORE_CONFIG_DIR": str(tmp_path),
            },
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

        assert "" == done.stderr
        assert "[100 %] complete: small:1b is installed." in done.stdout
        assert "small:1b" in model_server.models
