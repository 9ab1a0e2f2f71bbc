"""What people decide about a context: accepted, edited, discarded, undone; versions compared."""

from dataclasses import replace

import flask
import pytest

from catalog import codec, fingerprints
from catalog.context import Context, Scores, StartingPrompt
from catalog.model import Column, Snapshot
from store import contexts
from tests import patience
from tests.integration.app import worlds
from tests.integration.app.people import PROBLEM, Person, refusal

pytestmark = pytest.mark.integration

PROMPT = StartingPrompt(
    question="Who buys?",
    sql="SELECT id FROM customers",
    tables=("customers",),
    difficulty="easy",
    check="planned",
    source="model",
)
WRITTEN = replace(worlds.context(), prompts=(PROMPT,), scores=Scores(coverage=1.0), prompt_hash="h")


def store(
    app: flask.Flask, project_id: str, job_id: str, taken: Snapshot, written: Context
) -> None:
    """Store a scan and what was written about it, as a worker does."""
    patience.a_moment()
    with app.extensions["schemalore"].database.write() as connection:
        contexts.save_snapshot(
            connection,
            project_id,
            fingerprint=fingerprints.of_snapshot(taken),
            size=(2, 4),
            document=worlds.snapshot_document(taken),
        )
        contexts.save(
            connection,
            contexts.NewContext(
                project_id=project_id,
                job_id=job_id,
                engine="ollama",
                model="m",
                fingerprint=fingerprints.of_snapshot(taken),
                document=flask.json.dumps(codec.context_to_dict(written)),
                prompt_hash=written.prompt_hash,
                scores=codec.scores_to_dict(written.scores),
            ),
        )


@pytest.fixture
def project(app: flask.Flask, ada: Person) -> str:
    """A project of Ada's with one version."""
    project_id = ada.project()
    with app.app_context():
        store(app, project_id, "job-1", worlds.snapshot(), WRITTEN)
    return project_id


def decide(person: Person, project: str, *edits: dict[str, str | None]) -> dict[str, object]:
    answer = person.send("PUT", f"/projects/{project}/context", json={"edits": list(edits)})
    assert 200 == answer.status_code, answer.text
    body: dict[str, object] = answer.json
    return body


def described(body: dict[str, object]) -> tuple[str, str]:
    context: dict[str, list[dict[str, dict[str, str]]]] = body["context"]  # type: ignore[assignment]  # JSON
    text = context["tables"][0]["description"]
    return text["text"], text["confidence"]


class TestDecide:
    def test_keeps_an_accepted_text_from_later_generations(
        self, app: flask.Flask, ada: Person, project: str
    ) -> None:
        """What was read and found good is not replaced behind somebody's back."""
        decide(ada, project, {"target": "table:customers", "state": "accepted"})
        other = replace(WRITTEN.tables[0].description, text="Something else.")
        table = replace(WRITTEN.tables[0], description=other)
        with app.app_context():
            later = replace(WRITTEN, tables=(table, *WRITTEN.tables[1:]))
            store(app, project, "job-2", worlds.snapshot(), later)
        body = ada.get(f"/projects/{project}/context").json
        draft = decide(ada, project, {"target": "table:customers", "state": "draft"})

        assert ("Who buys.", "high") == described(body)
        assert [("table:customers", "accepted", False)] == [
            (each["target"], each["state"], each["stale"]) for each in body["reviews"]
        ]
        assert ("Something else.", "medium") == described(draft)

    def test_can_be_undone_step_by_step(self, ada: Person, project: str) -> None:
        """Each undo brings back what was decided before, at last what was generated."""
        decide(ada, project, {"target": "summary", "text": "First."})
        decide(ada, project, {"target": "summary", "text": "Second."})
        decide(ada, project, {"target": "summary", "state": "discarded"})

        def undo() -> object:
            path = f"/projects/{project}/context/undo"
            return ada.send("POST", path, json={"target": "summary"})

        shown = [ada.get(f"/projects/{project}/context").json["context"]["summary"]]
        for _ in range(3):
            undo()
            shown.append(ada.get(f"/projects/{project}/context").json["context"]["summary"])

        assert ["", "Second.", "First.", "It sells."] == shown
        assert (409, PROBLEM, "nothing_to_undo") == refusal(undo())  # type: ignore[arg-type]  # an Answer

    def test_discards_a_prompt(self, ada: Person, project: str) -> None:
        """It is not shown any more, and can be brought back."""
        body = decide(ada, project, {"target": "prompt:Who buys?", "state": "discarded"})
        back = decide(ada, project, {"target": "prompt:Who buys?", "state": "draft"})

        assert [] == body["context"]["prompts"]  # type: ignore[index]  # JSON
        assert 1 == len(back["context"]["prompts"])  # type: ignore[index]  # JSON

    @pytest.mark.parametrize(
        "edit",
        [
            {"target": "summary", "state": "edited"},
            {"target": "summary", "state": "accepted", "text": "x"},
            {"target": "summary", "state": "perfect"},
        ],
    )
    def test_refuses_a_text_where_none_belongs(
        self, ada: Person, project: str, edit: dict[str, str]
    ) -> None:
        """A text is of the state edited."""
        answer = ada.send("PUT", f"/projects/{project}/context", json={"edits": [edit]})

        assert 422 == answer.status_code

    def test_refuses_what_is_not_there(self, ada: Person, project: str) -> None:
        """Nothing can be accepted that nobody wrote."""
        edit = {"target": "table:ghosts", "state": "accepted"}
        answer = ada.send("PUT", f"/projects/{project}/context", json={"edits": [edit]})

        assert (422, PROBLEM, "unknown_target") == refusal(answer)


class TestChanges:
    def test_mark_what_they_make_stale(self, app: flask.Flask, ada: Person, project: str) -> None:
        """A column of customers that came touches that table and the whole, not the orders."""
        decide(
            ada,
            project,
            {"target": "table:customers", "text": "Ours."},
            {"target": "table:orders", "text": "Ours."},
            {"target": "prompt:Who buys?", "state": "accepted"},
        )
        grown = worlds.snapshot(columns=("id", "email", "phone"))
        with app.app_context():
            before = ada.get(f"/projects/{project}/context").json
            with app.extensions["schemalore"].database.write() as connection:
                contexts.save_snapshot(
                    connection,
                    project,
                    fingerprint=fingerprints.of_snapshot(grown),
                    size=(2, 5),
                    document=worlds.snapshot_document(grown),
                )
            drifted = ada.get(f"/projects/{project}/context").json
            store(app, project, "job-2", grown, replace(WRITTEN, prompts=()))
            after = ada.get(f"/projects/{project}/context").json

        assert (None, []) == (before["changes"], before["staleTargets"])
        assert ["phone"] == drifted["changes"]["changed"][0]["columnsAdded"]
        assert ["description", "prompt:Who buys?", "summary", "table:customers"] == (
            drifted["staleTargets"]
        )
        assert {"prompt:Who buys?": True, "table:customers": True, "table:orders": False} == {
            each["target"]: each["stale"] for each in after["reviews"]
        }
        assert [None] == [prompt["sql"] for prompt in after["context"]["prompts"]]


class TestCompare:
    def test_tells_texts_scores_and_schema(
        self, app: flask.Flask, ada: Person, project: str
    ) -> None:
        """Everything that is another in the later version, and nothing else."""
        before = worlds.snapshot()
        column = Column(name="id", type="bigint")
        customers = replace(before.tables[0], columns=(column, before.tables[0].columns[1]))
        now = replace(before, tables=(customers, before.tables[1]))
        later = replace(WRITTEN, summary="It sells more.", scores=Scores(coverage=0.5))
        with app.app_context():
            store(app, project, "job-2", now, later)
        path = f"/projects/{project}/context/versions"
        body = ada.get(f"{path}/1/compare/2").json
        same = ada.get(f"{path}/2/compare/2").json

        assert (1, 2) == (body["before"]["version"], body["after"]["version"])
        assert [("summary", "It sells.", "It sells more.")] == [
            (each["target"], each["before"], each["after"]) for each in body["texts"]
        ]
        assert [("coverage", 1.0, 0.5)] == [
            (each["score"], each["before"], each["after"]) for each in body["scores"]
        ]
        assert "customers" == body["schema"]["changed"][0]["table"]
        assert ([], []) == (same["texts"], same["schema"]["changed"])
        assert (404, PROBLEM, "no_context") == refusal(ada.get(f"{path}/1/compare/9"))

    def test_is_of_versions_that_say_how_they_were_made(self, ada: Person, project: str) -> None:
        """Model, hash of what was asked, scores."""
        (item,) = ada.get(f"/projects/{project}/context/versions").json["items"]

        assert ("m", "h", 1.0, None) == (
            item["model"], item["promptHash"], item["scores"]["coverage"],
            item["scores"]["selfRetrieval"],
        )  # fmt: skip
