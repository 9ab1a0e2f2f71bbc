"""`demo`: one generation on a throwaway stack, watched in the terminal."""

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from stack import accounts, plans, probes, redis_server, settings
from stack.accounts import Account
from stack.plans import ROOT, Plan
from stack.running import EMBEDDED, Running, StackError, StoppedError
from stack.settings import StackSettings
from stack.signals import Requests

_TELLING = ("web", "relay", "worker")  # whose logs may tell why a generation failed


class DemonstrationError(RuntimeError):
    """The demonstration did not reach its end."""


def run(
    given: StackSettings,
    *,
    output: Path,
    engine: str,
    requests: Requests,
    say: Callable[[str], None],
) -> None:
    """Generate the demo database's context, print it, write it to `output`, stop everything.

    When something fails the throwaway directory stays, for its logs.
    """
    redis = given.given_redis_url or given.redis_server
    _refuse_busy(redis)
    directory = Path(tempfile.mkdtemp(prefix="schemalore-demo-"))
    plan = plans.private(directory, redis=redis)
    stack = Running(plan, requests=requests)
    began = time.monotonic()
    say(f"Starting a throwaway stack: app {plan.app_url}, relay {plan.relay_url}")
    try:
        stack.launch()
        say(f"Ready after {time.monotonic() - began:.1f} s. Generating the demo's context.")
        account = accounts.ensure(plan.app_url, directory)
        _watch(plan, account, output=output, engine=engine, requests=requests)
    except StoppedError:
        stack.close()
        shutil.rmtree(directory)
        raise
    except (RuntimeError, OSError) as error:
        # Before the stop, whose lines would push the interesting ones out.
        tails = "" if isinstance(error, StackError) else _tails(stack)
        raise DemonstrationError(f"{tails}{error}\nAll logs: {directory}/logs") from error
    finally:
        stack.close()
    shutil.rmtree(directory)
    say(f"\nThe context as Markdown: {output}")
    say(f"Everything was stopped, after {time.monotonic() - began:.1f} s in all.")
    say("`make run` keeps the same stack in the foreground, with its page in the browser.")


def _refuse_busy(redis: str) -> None:
    if redis in EMBEDDED or not redis_server.answers(redis):
        return  # a server that does not answer is told of at the launch
    if busy := probes.workers(redis):
        raise DemonstrationError(
            f"The Redis of REDIS_URL serves running workers ({', '.join(busy)}): they would get "
            "the demo's tasks, and the demo theirs. Unset REDIS_URL, or name another database."
        )


def _watch(plan: Plan, account: Account, *, output: Path, engine: str, requests: Requests) -> None:
    environ = {
        **settings.inherited(),
        "SCHEMALORE_URL": plan.app_url,
        "SCHEMALORE_RELAY_URL": plan.relay_url,
        "SCHEMALORE_TOKEN": account.token,
    }
    project = account.project_id
    output.parent.mkdir(parents=True, exist_ok=True)
    for arguments in (
        ("generate", project, "--engine", engine),
        ("show", project),
        ("export", project, "--format", "markdown", "--output", str(output.resolve())),
    ):
        _client(arguments, environ, requests=requests)


def _client(arguments: Sequence[str], environ: dict[str, str], *, requests: Requests) -> None:
    """Run the terminal client on this terminal, as a person would."""
    command = [sys.executable, "-m", "client.main", *arguments]
    with subprocess.Popen(command, cwd=ROOT, env=environ) as client:
        while client.poll() is None:
            if requests.stop:
                client.terminate()
                client.wait()
                raise StoppedError
            time.sleep(0.05)
    if client.returncode != 0:
        what = f"`schemalore {arguments[0]}` ended with code {client.returncode}."
        raise StoppedError if requests.stop else DemonstrationError(what)


def _tails(stack: Running) -> str:
    tails = [f"{name} wrote last:\n{stack.tail(name)}\n" for name in _TELLING]
    return "\n" + "\n".join(tails) + "\n"
