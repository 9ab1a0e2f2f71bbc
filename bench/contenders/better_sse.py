"""better-sse on Node: one channel, all sessions registered with it."""

import contextlib
import shutil
import subprocess
from collections.abc import Iterator

from bench import stage as stages
from bench import stamps
from bench.contenders.contender import MissingError, Running, get
from bench.feeds import HttpFeed
from bench.stage import Stage

VERSION = "0.16.1"
FOLDER = stages.BUILD / "node"
APP = stages.HERE / "contenders" / "better_sse_app.mjs"
INSTALL_SECONDS = 120


class BetterSse:
    """better-sse as its documentation shows it, told not to encode the JSON again."""

    name = "better-sse (Node)"

    def prepare(self) -> str:
        """Install it with npm."""
        if shutil.which("node") is None or shutil.which("npm") is None:
            raise MissingError("Node.js 20 or newer with npm")
        if not (FOLDER / "node_modules" / "better-sse").exists():
            FOLDER.mkdir(parents=True, exist_ok=True)
            done = subprocess.run(
                ["npm", "install", "--silent", "--no-fund", "--no-audit", "--prefix", FOLDER,
                 f"better-sse@{VERSION}"],
                capture_output=True, text=True, check=False, timeout=INSTALL_SECONDS,
            )  # fmt: skip
            if done.returncode:
                raise MissingError(f"npm could not install better-sse@{VERSION}")
        node = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True)
        return f"better-sse {VERSION}, Node {node.stdout.strip().removeprefix('v')}"

    @contextlib.contextmanager
    def serve(self, stage: Stage, *, channels: int) -> Iterator[Running]:
        """Start it; the app has one channel only."""
        if channels != 1:
            raise ValueError("the better-sse app has one channel")
        port = stages.port()
        module = FOLDER / "node_modules" / "better-sse" / "build" / "index.mjs"
        with (
            stage.folder() as folder,
            stage.server(
                "node", ["node", str(APP), str(port), str(module)], folder=folder, port=port
            ) as server,
            contextlib.closing(HttpFeed(port)) as feed,
        ):
            template = stamps.Template()

            def publish(number: int, _channels: range) -> None:
                feed.post("/pub", template.stamped(number))

            yield Running(server=server, requests=(get("/sub"),), publish=publish)
