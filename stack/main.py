"""`python -m stack.main`: the whole of Schemalore on this machine."""

import contextlib
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from stack import demonstration, flower, foreground, redis_server, refusals
from stack.running import StoppedError
from stack.settings import LOOPBACK, StackSettings
from stack.signals import Requests

INTERRUPTED = 130

application = typer.Typer(
    help=__doc__, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
)


@application.command("run")
def run_stack() -> None:
    """Run everything in the foreground until Ctrl-C."""
    requests = _listen()
    _guarded(lambda: foreground.run(StackSettings(), requests=requests, say=_say))


@application.command()
def demo(
    output: Annotated[Path, typer.Option(help="Where the Markdown goes.")] = Path(
        "build/demo-context.md"
    ),
    engine: Annotated[str, typer.Option(help="auto, structural or ollama.")] = "auto",
) -> None:
    """Generate the demo database's context on a throwaway stack, print it, and stop."""
    requests = _listen()
    _guarded(
        lambda: demonstration.run(
            StackSettings(), output=output, engine=engine, requests=requests, say=_say
        )
    )


@application.command("flower")
def run_flower() -> None:
    """Become Flower; refuses an open address without FLOWER_BASIC_AUTH."""

    def become() -> None:
        given = StackSettings()
        flower.check(given)
        argv, environ = flower.command(given)
        os.execve(argv[0], argv, environ)  # noqa: S606 - no shell is wanted

    _guarded(become)


@application.command("redis")
def run_redis(port: Annotated[int, typer.Option(help="On loopback.")] = 6379) -> None:
    """Become a development Redis (loopback, no password), for Procfile.dev."""

    def become() -> None:
        given = StackSettings()
        program = str(redis_server.find(given.redis_server))
        directory = given.data_dir / "redis-dev"
        directory.mkdir(parents=True, exist_ok=True)
        listen = ["--bind", LOOPBACK, "--port", str(port), "--dir", str(directory)]
        keep = ["--appendonly", "yes", "--maxmemory-policy", "noeviction"]
        os.execv(program, [program, *listen, *keep])  # noqa: S606 - no shell is wanted

    _guarded(become)


def _listen() -> Requests:
    requests = Requests()
    requests.listen()
    return requests


def _guarded(action: Callable[[], None]) -> None:
    """Do it; what goes wrong is told in its own words, without a traceback."""
    try:
        action()
    except StoppedError:
        raise typer.Exit(INTERRUPTED) from None
    except ValidationError as error:
        sys.stderr.write(f"\nschemalore: {refusals.describe(error, StackSettings)}\n")
        raise typer.Exit(1) from None
    except (RuntimeError, ValueError, OSError) as error:
        sys.stderr.write(f"\nschemalore: {error}\n")
        raise typer.Exit(1) from None


def _say(line: str) -> None:
    # A terminal that was closed is no reason to leave the processes behind.
    with contextlib.suppress(OSError):
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    application()
