"""sse-starlette under uvicorn, with its fast loop and parser: a queue per client."""

import contextlib
import subprocess
import sys
from collections.abc import Iterator

from bench import stage as stages
from bench import stamps
from bench.contenders.contender import MissingError, Running, get
from bench.feeds import HttpFeed
from bench.stage import Stage

PACKAGES = {"sse-starlette": "3.7.0", "uvicorn[standard]": "0.54.0"}
FOLDER = stages.BUILD / "python"
INSTALL_SECONDS = 240


class SseStarlette:
    """sse-starlette as its documentation shows it."""

    name = "sse-starlette (uvicorn)"

    def prepare(self) -> str:
        """Install it with pip."""
        if not (FOLDER / "sse_starlette").exists() or not (FOLDER / "uvicorn").exists():
            done = subprocess.run(
                [sys.executable, "-m", "pip", "install", "--quiet", "--target", FOLDER,
                 *(f"{name}=={version}" for name, version in PACKAGES.items())],
                capture_output=True, text=True, check=False, timeout=INSTALL_SECONDS,
            )  # fmt: skip
            if done.returncode:
                raise MissingError("pip could not install sse-starlette and uvicorn[standard]")
        return ", ".join(f"{name} {version}" for name, version in PACKAGES.items())

    @contextlib.contextmanager
    def serve(self, stage: Stage, *, channels: int) -> Iterator[Running]:
        """Start it; the app has one channel only."""
        if channels != 1:
            raise ValueError("the sse-starlette app has one channel")
        port = stages.port()
        argv = [
            sys.executable, "-m", "uvicorn", "--host", "127.0.0.1", "--port", str(port),
            "--backlog", "4096", "--log-level", "warning", "--no-access-log",
            "--timeout-graceful-shutdown", "1",
            "--app-dir", str(stages.ROOT), "bench.contenders.sse_starlette_app:application",
        ]  # fmt: skip
        with (
            stage.folder() as folder,
            stage.server(
                "uvicorn", argv, folder=folder, port=port, env={"PYTHONPATH": str(FOLDER)}
            ) as server,
            contextlib.closing(HttpFeed(port)) as feed,
        ):
            template = stamps.Template()

            def publish(number: int, _channels: range) -> None:
                feed.post("/pub", template.stamped(number))

            yield Running(server=server, requests=(get("/sub"),), publish=publish)
