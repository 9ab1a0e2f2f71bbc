"""The fake Ollama as a process, and what its call log tells another one."""

import contextlib
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests import fake_ollama_http as process
from tests.fake_ollama import MODEL, PRESETS, Answer, FakeOllama, Fault

pytestmark = pytest.mark.integration

ROOT = Path(__file__).resolve().parents[2]
ASKED = {"model": MODEL, "messages": [{"role": "user", "content": "hi"}]}


@contextlib.contextmanager
def serving(*arguments: str | Path) -> Iterator[str]:
    """Run the fake as a process; yield its address."""
    command = [sys.executable, "-m", "tests.fake_ollama_http", "--port", "0", *arguments]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        try:
            said = running.stdout.readline()
            assert said.startswith("ready "), said
            yield said.split()[1]
        finally:
            running.terminate()


def lines(log: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.read_text().splitlines()]


def until(ready: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 5
    while not ready():
        assert time.monotonic() < deadline, "it never came so far"
        time.sleep(0.02)


class TestProcess:
    def test_serves_logs_and_reads_faults_anew(self, tmp_path: Path) -> None:
        """Faults come and go with their file; the log has two lines per call."""
        log, faults = tmp_path / "calls.jsonl", tmp_path / "faults"
        with serving("--log", log, "--faults", f"@{faults}") as url:
            statuses = []
            for text in ("", "busy=1", ""):
                (tmp_path / "new").write_text(text)
                (tmp_path / "new").rename(faults)
                answer = httpx.post(f"{url}/api/chat", json=ASKED, headers={"X-Request-Id": "j1"})
                statuses.append(answer.status_code)

        told = lines(log)
        assert [200, 503, 200] == statuses
        assert ["start", "end"] * 3 == [line["event"] for line in told]
        assert ["done", "refused", "done"] == [line["outcome"] for line in told[1::2]]
        assert {("/api/chat", MODEL, "j1")} == {
            (line["path"], line["model"], line["requestId"]) for line in told
        }
        assert 3 == len({line["call"] for line in told})
        assert 1 == len({line["prompt"] for line in told})

    def test_hits_the_same_calls_for_the_same_seed(self) -> None:
        """Two runs agree with each other, and about half of the calls fail."""
        runs = []
        for _ in range(2):
            with serving("--faults", "busy=0.5", "--seed", "3") as url, httpx.Client() as client:
                posts = [client.post(f"{url}/api/chat", json=ASKED) for _ in range(20)]
                runs.append([post.status_code for post in posts])

        assert runs[0] == runs[1]
        assert {200, 503} == set(runs[0])

    def test_refuses_faults_that_it_does_not_know(self) -> None:
        """A typing mistake would otherwise be a run without faults."""
        with pytest.raises(ValueError, match="known are busy"):
            process.shares("bussy=0.5")

    def test_gives_each_fault_its_share(self) -> None:
        """The shares divide the numbers from 0 to 1 among them, in order."""
        shares, usual = process.shares("cut=0.25, busy=0.25"), Answer()
        picked = [process.pick(shares, roll=roll, usual=usual) for roll in (0.1, 0.3, 0.6)]

        assert [Fault.CUT, Fault.STATUS, Fault.NONE] == [answer.fault for answer in picked]


class TestLog:
    @pytest.mark.parametrize(
        ("preset", "outcome"),
        [
            ("busy", "refused"),
            ("missing", "refused"),
            ("cut_first", "fault"),
            ("cut", "fault"),
            ("no_done", "fault"),
            ("error_line", "fault"),
            ("bad_line", "fault"),
            ("half_open", "fault"),
            ("hang_first", "closed by client"),
            ("stall", "closed by client"),
            ("slow", "closed by client"),
            ("length", "done"),
            ("truncated", "done"),
            ("uncounted", "done"),
            ("prose", "done"),
            ("think_tags", "done"),
        ],
    )
    def test_tells_how_each_call_ended(self, tmp_path: Path, preset: str, outcome: str) -> None:
        """Whole, refused, broken, or left by a client that lost its patience."""
        log = tmp_path / "calls.jsonl"
        with FakeOllama(log=log) as fake:
            fake.script(PRESETS[preset])
            with contextlib.suppress(httpx.HTTPError):
                httpx.post(f"{fake.url}/api/chat", json=ASKED, timeout=0.5)
            until(lambda: len(lines(log)) == 2)

        started, ended = lines(log)
        assert ("start", "end", outcome) == (started["event"], ended["event"], ended["outcome"])
        assert started["call"] == ended["call"]
        assert 0 <= ended["monotonic"] - started["monotonic"] < 5
        assert str(PRESETS[preset].fault) == ended["fault"]
