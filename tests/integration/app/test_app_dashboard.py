"""The page of figures, as the server draws it."""

import dataclasses
import re
import statistics
from datetime import UTC, datetime, timedelta
from typing import Any

import flask
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from app import wording
from store import jobs as store_jobs
from store import model_calls
from store.schema import jobs
from tests.integration.app.people import AUTH, PASSWORD
from tests.model_calls import CALL

pytestmark = pytest.mark.integration

START = datetime(2026, 9, 1, 8, tzinfo=UTC)
SECONDS = (12.5, 40.0, 95.0, 340.0)
QUEUED = (0.0, 2.0, 3.0, 14.0, 21.0, 60.0)


@pytest.fixture
def browser(app: flask.Flask) -> FlaskClient:
    """Somebody signed in by cookies."""
    client = app.test_client()
    answer = client.post(f"{AUTH}/register", json={"email": "eve@x.example", "password": PASSWORD})
    assert answer.status_code == 201
    return client


def ran(browser: FlaskClient, *runs: tuple[str, float]) -> list[str]:
    """Let runs with these ends and seconds be remembered; returns their ids."""
    token = browser.get_cookie("csrf_access_token")
    assert token is not None
    headers = {"X-CSRF-TOKEN": token.value}
    source: dict[str, Any] = {"name": "shop", "source": {"kind": "demo"}}
    made = []
    for number, (status, seconds) in enumerate(runs):
        project = browser.post("/api/v1/projects", json=source, headers=headers).get_json()["id"]
        path = f"/api/v1/projects/{project}/context/generate"
        made.append(browser.post(path, headers=headers).get_json()["id"])
        begun = START + timedelta(hours=number)
        values = {
            "status": status,
            "engine": "ollama",
            "model": "m:8b",
            "created_at": begun - timedelta(seconds=QUEUED[number]),
            "started_at": begun,
            "finished_at": begun + timedelta(seconds=seconds),
            "timings": {"scanning": seconds / 4, "analyzing": seconds * 3 / 4},
        }
        with browser.application.extensions["schemalore"].database.write() as connection:
            connection.execute(sa.update(jobs).where(jobs.c.id == made[-1]).values(**values))
    return made


def figure(html: str, name: str) -> str:
    found = re.search(rf'data-figure="{name}">([^<]*)<', html)
    assert found is not None, name
    return found[1]


def table(html: str, name: str) -> list[list[str]]:
    """Return the texts of the cells of a table's rows."""
    found = re.search(rf"data-{name}>.*?</table>", html, re.DOTALL)
    assert found is not None, name
    rows = re.findall(r"<tr>(.*?)</tr>", found[0].split("<tbody>")[1], re.DOTALL)
    return [
        [re.sub("<.*?>", "", cell) for cell in re.findall("<t[hd].*?>(.*?)</t[hd]>", row)]
        for row in rows
    ]


class TestFigures:
    def test_equal_the_database(self, browser: FlaskClient) -> None:
        """Counted again from the rows: times of those that succeeded, per step, per model."""
        ran(
            browser,
            *(("succeeded", seconds) for seconds in SECONDS),
            ("failed", 7.0),
            ("cancelled", 900.0),
        )
        html = browser.get("/statistics").text
        with browser.application.extensions["schemalore"].database.read() as connection:
            rows = connection.execute(sa.select(jobs).where(jobs.c.status == "succeeded")).all()
        spent = [(row.finished_at - row.started_at).total_seconds() for row in rows]
        mean, median = statistics.fmean(spent), statistics.median(spent)
        scanning = [row.timings["scanning"] for row in rows]

        assert sorted(spent) == list(SECONDS)
        assert (figure(html, "mean"), figure(html, "p50"), figure(html, "rate")) == (
            wording.duration(mean),
            wording.duration(median),
            "80 %",
        )
        assert figure(html, "queue") == wording.duration(statistics.median(QUEUED))
        assert "4 succeeded, 1 failed, 1 cancelled" in html
        steps = table(html, "steps")
        assert [row[0] for row in steps] == ["Scanning", "Analyzing"]
        assert steps[0][1:3] == [
            wording.duration(statistics.fmean(scanning)),
            wording.duration(statistics.median(scanning)),
        ]
        (engine,) = table(html, "engines")
        times = [wording.duration(mean), wording.duration(median)]
        assert engine[:5] == ["m:8b", "6", "80 %", *times]

    def test_are_drawn_from_the_oldest_to_the_newest(self, browser: FlaskClient) -> None:
        """One bar per run; the table beside it says the same, newest first."""
        made = ran(browser, ("succeeded", 20.0), ("succeeded", 40.0), ("failed", 10.0))
        html = browser.get("/statistics").text
        bars = re.findall(r'<rect class="bar (\w+)".*?height="([\d.]+)"><title>([^<]*)<', html)

        assert [("succeeded", 90), ("succeeded", 180), ("failed", 45)] == [
            (kind, float(height)) for kind, height, _ in bars
        ]
        assert bars[2][2] == "Failed in 10 s"
        assert re.findall(r'href="/jobs/([^"]+)"', html) == made[::-1]
        assert table(html, "runs")[0][1:] == ["Failed", "10 s", "m:8b"]

    def test_show_what_models_were_asked(self, browser: FlaskClient) -> None:
        """Calls, tokens and speeds; what no server told is a dash, not a zero."""
        made = ran(browser, *(("succeeded", seconds) for seconds in SECONDS))
        call = dataclasses.replace(CALL, prompt_tokens=1200, load_seconds=None, prompt_seconds=None)
        with browser.application.extensions["schemalore"].database.write() as connection:
            job = store_jobs.get(connection, made[0])
            assert job is not None
            model_calls.add(connection, job, [call, call])

        assert table(browser.get("/statistics").text, "models") == [
            ["m:8b", "2", "0", "2,400", "100", "\N{EN DASH}", "25.0"]
        ]

    def test_are_not_made_of_two_runs(self, browser: FlaskClient) -> None:
        """An average of two says nothing about the third; so does one of none."""
        nothing = browser.get("/statistics").text
        ran(browser, ("succeeded", 20.0), ("succeeded", 40.0))
        two = browser.get("/statistics").text
        ran(browser, ("failed", 1.0))
        three = browser.get("/statistics").text

        assert "No generation ended so far" in nothing
        assert "Not enough runs yet" in two
        assert "data-figure" not in two
        assert "Not enough runs yet: 2 of 3 runs succeeded" in three
        assert ("mean" in re.findall('data-figure="(.*?)"', three)) is False
        assert figure(three, "rate") == "67 %"

    def test_are_the_accounts_own(self, app: flask.Flask, browser: FlaskClient) -> None:
        """Nobody sees how other people's generations fared."""
        ran(browser, *(("succeeded", seconds) for seconds in SECONDS))
        other = app.test_client()
        other.post(f"{AUTH}/register", json={"email": "mal@x.example", "password": PASSWORD})

        assert "Not enough runs yet" in other.get("/statistics").text


class TestSignIn:
    def test_is_asked_for(self, app: flask.Flask) -> None:
        """Without any cookie the server leads to the sign-in page and back."""
        answer = app.test_client().get("/statistics?x=1")

        assert (302, "/login?next=/statistics%3Fx%3D1") == (answer.status_code, answer.location)

    def test_that_can_be_renewed_is_left_to_the_script(self, browser: FlaskClient) -> None:
        """The access cookie ran out: the page holds no figures, and its script renews."""
        browser.delete_cookie("auth_access_token")
        html = browser.get("/statistics").text

        assert "data-renew" in html
        assert "data-figure" not in html

    def test_that_ended_is_not_taken(self, browser: FlaskClient) -> None:
        """A token of a session that was signed out shows nothing."""
        access = browser.get_cookie("auth_access_token")
        token = browser.get_cookie("csrf_access_token")
        assert access is not None
        assert token is not None
        browser.post(f"{AUTH}/logout", headers={"X-CSRF-TOKEN": token.value})
        browser.set_cookie("auth_access_token", access.value)

        assert browser.get("/statistics").status_code == 302
