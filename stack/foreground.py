"""`run`: the stack in the foreground until somebody stops it."""

import time
from collections.abc import Callable

from stack import accounts, plans, terminal
from stack.running import MIGRATE, REDIS, Running, StoppedError
from stack.settings import StackSettings
from stack.signals import Requests
from stack.supervisor import Supervisor

_LOOK_SECONDS = 0.2


def run(given: StackSettings, *, requests: Requests, say: Callable[[str], None]) -> None:
    """Start the stack, keep it running, and stop it when `requests` ask for it.

    PortTakenError, StackError, NotFoundError or AccountError when it cannot be started.
    """
    plan = plans.configured(given)
    stack = Running(plan, requests=requests)
    names = (REDIS, MIGRATE, *plan.processes)
    follower = terminal.Follower(
        {name: plan.data_dir / "logs" / f"{name}.log" for name in names}, write=say
    )
    follower.start()
    say(f"Starting Schemalore; its data and logs are in {plan.data_dir}")
    try:
        stack.launch()
        _greet(given, stack, say=say)
        supervisor = Supervisor(stack, say=say, now=time.monotonic())
        while not requests.stop:
            supervisor.look(time.monotonic())
            time.sleep(_LOOK_SECONDS)
    except StoppedError:
        pass  # asked to stop before everything was up
    finally:
        say("Stopping...")
        stack.close()
        follower.close()
        say("Stopped.")


def _greet(given: StackSettings, stack: Running, *, say: Callable[[str], None]) -> None:
    plan = stack.plan
    lines = [f"Schemalore is ready:  {plan.app_url}"]
    if not given.production:
        account = accounts.ensure(f"http://localhost:{plan.app_port}", plan.data_dir)
        lines += [
            f"  sign in as          {account.email}",
            f"  password            {account.password}",
        ]
    lines += [
        f"  API documentation   {plan.app_url}/docs",
        f"  Flower              http://localhost:{plan.flower_port}",
        "  stop with           Ctrl-C",
    ]
    width = max(len(line) for line in lines)
    for line in ("", "=" * width, *lines, "=" * width, ""):
        say(line)
