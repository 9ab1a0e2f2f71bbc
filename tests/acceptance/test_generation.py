"""The main job, end to end: real app, worker and relay."""

import time

import httpx
import pytest

from stack import local
from tests import people

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(120)]

DEMO = {"kind": "demo"}
MESSAGES = [
    "Fetching project and schema...",
    "Analyzing 59 tables...",
    "Building the text index of the schema...",
    "Analyzing database structure...",
    "Understanding patterns and relationships...",
    "Extracting key insights...",
    "Creating suggestion prompts...",
    "Context generated successfully!",
]


class TestGeneration:
    def test_of_the_demo_database_tells_every_step(self, person: people.Person) -> None:
        """The milestones come in order, numbered without gap, and end with the context."""
        job = person.generate(person.project(DEMO))
        events = person.follow(job["id"])

        assert list(range(1, len(events) + 1)) == [event["seq"] for event in events]
        told = [event["message"] for event in events if event["message"] in MESSAGES]
        assert MESSAGES == told
        progress = [event["progress"] for event in events]
        assert sorted(progress) == progress
        assert [0, 20, 40, 50] == progress[:4]
        assert [70, 80, 90, 100] == progress[-4:]
        assert (59, 450) == (events[1]["stats"]["tables"], events[1]["stats"]["columns"])
        assert ["complete"] == [e["step"] for e in events if e["step"] in ("complete", "error")]

    def test_gives_a_context_that_can_be_read_and_exported(self, person: people.Person) -> None:
        """The terminal event, the context and the Markdown agree."""
        project_id = person.project(DEMO)
        events = person.follow(person.generate(project_id)["id"])
        result = events[-1]["data"]
        stored = person.api.get(f"/projects/{project_id}/context").json()
        markdown = person.api.get(
            f"/projects/{project_id}/context/export", params={"format": "markdown"}
        )

        project = person.api.get(f"/projects/{project_id}").json()

        assert (59, 450) == (project["tables"], project["columns"])
        assert result["contextSummary"] == stored["context"]["summary"]
        assert 59 <= len(stored["context"]["tables"])
        assert 6 <= len([prompt for prompt in result["initialPrompts"] if prompt["sql"]])
        assert "text/markdown" in markdown.headers["content-type"]
        assert result["contextSummary"].split(".")[0] in markdown.text

    def test_survives_a_reload_by_job_id(self, person: people.Person) -> None:
        """A second reader with a cursor gets exactly the rest, and 204 at the end."""
        job = person.generate(person.project(DEMO))
        events = person.follow(job["id"])
        rest = person.follow(job["id"], last_id=f"{job['id']}:3")

        assert events[3:] == rest
        at_end = person.relay.get(
            f"/jobs/{job['id']}/stream", headers={"Last-Event-ID": f"{job['id']}:{len(events)}"}
        )
        assert 204 == at_end.status_code

    def test_can_be_polled(self, person: people.Person) -> None:
        """Status, ETag and the stored events say the same as the stream."""
        job = person.wait(person.generate(person.project(DEMO))["id"])
        path = f"/jobs/{job['id']}"
        first = person.api.get(path)
        unchanged = person.api.get(path, headers={"If-None-Match": first.headers["etag"]})
        stored = person.api.get(f"{path}/events", params={"after": 0}).json()

        assert ("succeeded", 100, "structural") == (job["status"], job["progress"], job["engine"])
        assert 304 == unchanged.status_code
        assert stored["items"] == person.follow(job["id"])

    def test_can_be_started_by_the_stream_itself(self, person: people.Person) -> None:
        """One GET starts and follows; its reconnect starts nothing."""
        project_id = person.project(DEMO)
        path = f"/projects/{project_id}/context/generate/stream?force=true"
        with person.following(path) as source:
            events = list(people.milestones(source))
        last = f"{events[-1]['jobId']}:{events[-1]['seq']}"
        again = person.relay.get(path, headers={"Last-Event-ID": last})

        assert "complete" == events[-1]["step"]
        assert 204 == again.status_code
        assert 1 == len(person.api.get("/jobs", params={"projectId": project_id}).json()["items"])

    def test_waits_for_the_context_when_asked_to(self, person: people.Person) -> None:
        """The synchronous POST answers 200 with the context."""
        project_id = person.project(DEMO)
        answer = person.api.post(
            f"/projects/{project_id}/context/generate", json={}, headers={"Prefer": "wait=60"}
        )

        assert (200, 1) == (answer.status_code, answer.json()["version"])

    def test_survives_the_death_of_app_and_relay(
        self, stack: local.Stack, person: people.Person
    ) -> None:
        """Kill -9 of both in the middle: the job completes and the client lacks nothing."""
        project_id = person.project(DEMO)
        job = person.generate(project_id)
        with person.following(f"/jobs/{job['id']}/stream") as source:
            seen = [next(people.milestones(source))]
            stack.kill("web")
            stack.kill("relay")
        stack.start("web")
        stack.start("relay")
        ended = person.wait(job["id"])
        seen += person.follow(job["id"], last_id=f"{job['id']}:{seen[-1]['seq']}")

        assert "succeeded" == ended["status"]
        assert list(range(1, ended["lastSeq"] + 1)) == [event["seq"] for event in seen]

    def test_survives_the_death_of_its_worker(
        self, stack: local.Stack, person: people.Person
    ) -> None:
        """A job submitted while no worker lives is done once one is back."""
        stack.kill("worker")
        try:
            job = person.generate(person.project(DEMO))
            time.sleep(0.5)
            assert "queued" == person.api.get(f"/jobs/{job['id']}").json()["status"]
        finally:
            stack.start("worker")

        assert "succeeded" == person.wait(job["id"])["status"]

    def test_cancels_a_queued_job_at_once(self, stack: local.Stack, person: people.Person) -> None:
        """Its stream ends with the cancellation."""
        stack.kill("worker")
        try:
            job = person.generate(person.project(DEMO))
            person.api.post(f"/jobs/{job['id']}/cancel")
            events = person.follow(job["id"])
        finally:
            stack.start("worker")

        assert ["cancelled"] == [event["code"] for event in events]


class TestBadInput:
    @pytest.mark.parametrize(
        ("source", "code"),
        [
            ({"kind": "url", "url": "postgresql://u:s3cret-pw@127.0.0.1:1/x"}, "unreachable"),
            ({"kind": "url", "url": "mysql://u:s3cret-pw@nowhere.invalid/x"}, "unreachable"),
            ({"kind": "url", "url": "sqlite:////etc/passwd"}, "refused"),
            ({"kind": "url", "url": "sqlite:////etc"}, "refused"),
            ({"kind": "ddl", "dialect": "postgres", "ddl": "SELECT 1;"}, "schema_empty"),
            (
                {"kind": "ddl", "dialect": "sqlite", "ddl": "GRANT ALL ON x TO y; nonsense("},
                "schema_empty",
            ),
        ],
    )
    def test_ends_the_job_with_cause_and_remedy(
        self, person: people.Person, source: dict[str, str], code: str
    ) -> None:
        """The error event says what is wrong and what to do, without the password."""
        answer = person.api.post("/projects", json={"name": "bad", "source": source})
        if answer.status_code == 201:
            job = person.generate(answer.json()["id"])
            text = httpx.Response(200, json=person.follow(job["id"])[-1]).text
        else:
            assert 422 == answer.status_code
            text = answer.text

        assert code in text
        assert "s3cret-pw" not in text

    def test_of_a_foreign_job_shows_nothing(
        self, stack: local.Stack, person: people.Person
    ) -> None:
        """Status, events, cancel and stream of somebody else's job are 404."""
        job = person.generate(person.project(DEMO))
        person.wait(job["id"])
        with people.Person(stack.app_url, stack.relay_url) as other:
            path = f"/jobs/{job['id']}"
            answers = [
                other.api.get(path),
                other.api.get(f"{path}/events"),
                other.api.post(f"{path}/cancel"),
                other.relay.get(f"{path}/stream"),
            ]

        assert [404] * 4 == [answer.status_code for answer in answers]

    def test_leaves_no_password_in_any_log(self, stack: local.Stack, person: people.Person) -> None:
        """Neither a failing connection nor a sign-up writes a secret."""
        url = "mysql://u:very-s3cret-pw@127.0.0.1:1/x"
        person.wait(person.generate(person.project({"kind": "url", "url": url}))["id"])
        written = "".join(stack.log(name) for name in ("web", "relay", "worker", "beat", "flower"))

        assert "very-s3cret-pw" not in written
        assert people.PASSWORD not in written
        assert person.token not in written


class TestOperators:
    def test_see_each_generation_in_flower_by_job_id(
        self, stack: local.Stack, person: people.Person
    ) -> None:
        """Flower lists the task under the job's id, with ids as its only arguments."""
        job = person.wait(person.generate(person.project(DEMO))["id"])
        deadline, found = time.monotonic() + 15, None
        while found is None and time.monotonic() < deadline:
            page = httpx.get(f"{stack.flower_url}/task/{job['id']}", trust_env=False)
            found = page if page.status_code == 200 else None
            time.sleep(0.3)

        assert found is not None
        assert job["id"] in found.text
