"""The bare limit: a C program that only loops over non-blocking `send()`."""

import contextlib
import os
import shutil
from collections.abc import Iterator

from bench import stage as stages
from bench import stamps
from bench.contenders.contender import MissingError, Running, get
from bench.stage import Stage

PROGRAM = stages.BUILD / "limit"


class Limit:
    """Nothing but `send()`; no server can do much less."""

    name = "bare limit: only send() (C)"

    def prepare(self) -> str:
        """Compile it."""
        if not any(map(shutil.which, ("cc", "gcc", "clang"))):
            raise MissingError("no C compiler (apt: gcc)")
        stages.compile_c(stages.HERE / "contenders" / "limit.c", PROGRAM)
        return "bench/contenders/limit.c"

    @contextlib.contextmanager
    def serve(self, stage: Stage, *, channels: int) -> Iterator[Running]:
        """Start it; it knows one channel only."""
        if channels != 1:
            raise ValueError("the bare limit has one channel")
        port = stages.port()
        with stage.folder() as folder:
            pipe = folder / "messages"
            os.mkfifo(pipe)
            argv = [str(PROGRAM), str(port), str(pipe)]
            with (
                stage.server("limit", argv, folder=folder, port=port) as server,
                pipe.open("w") as lines,
            ):
                template = stamps.Template()

                def publish(number: int, _channels: range) -> None:
                    lines.write(template.stamped(number) + "\n")
                    lines.flush()

                yield Running(server=server, requests=(get("/"),), publish=publish)
