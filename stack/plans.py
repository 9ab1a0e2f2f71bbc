"""Which processes a stack has and where each of them listens and keeps its things."""

import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from stack import ports, settings
from stack.processes import Command
from stack.settings import LOOPBACK, StackSettings

#: In the order of their start; they stop in the reverse order: first who makes work, then the
#: worker, and the relay after it, so that watchers still hear how their jobs went.
PROCESSES = ("relay", "worker", "web", "beat", "flower")
ROOT = Path(__file__).resolve().parent.parent
PYTHON = (sys.executable, "-m")


@dataclass(frozen=True, kw_only=True)
class Plan:
    """One stack: its ports, addresses, stores and what else its processes are told."""

    data_dir: Path
    app_port: int
    relay_port: int
    flower_port: int
    redis_port: int
    app_url: str
    relay_url: str
    database_url: str = field(repr=False)
    redis: str = field(repr=False)  # a kind of embedded server, or the URL of one that runs
    processes: tuple[str, ...] = PROCESSES
    environ: Mapping[str, str] = field(repr=False, default_factory=dict)

    @property
    def worker_name(self) -> str:
        """The worker's own name in Celery, unlike any other's on the same Redis."""
        return f"worker-{self.app_port}@{socket.gethostname()}"

    @property
    def ready_urls(self) -> dict[str, str]:
        """Where each web process says that it is ready."""
        return {
            "web": f"http://{LOOPBACK}:{self.app_port}/readyz",
            "relay": f"http://{LOOPBACK}:{self.relay_port}/readyz",
        }


def configured(given: StackSettings) -> Plan:
    """Return the plan that the settings ask for.

    SamePortError when two of them name one port, PortTakenError when a port is not free.
    """
    chosen = {
        "APP_PORT": given.app_port,
        "RELAY_PORT": given.relay_port,
        "FLOWER_PORT": given.flower_port,
    }
    ports.check_all(chosen)
    # Nothing listens yet on the chosen ports, so that a free one could be one of them.
    others = (port for port in ports.free(len(chosen) + 1) if port not in chosen.values())
    return Plan(
        data_dir=given.data_dir.resolve(),
        app_port=given.app_port,
        relay_port=given.relay_port,
        flower_port=given.flower_port,
        redis_port=next(others),
        app_url=given.page_url,
        relay_url=given.stream_url,
        database_url=given.store_url,
        redis=given.given_redis_url or given.redis_server,
        environ={
            "SCHEMALORE_ENV": given.schemalore_env,
            "ALLOWED_ORIGINS": given.allowed_origins,
            "FLOWER_ADDRESS": given.flower_address,
        },
    )


def private(
    data_dir: Path,
    *,
    redis: str = "auto",
    database_url: str = "",
    processes: tuple[str, ...] = PROCESSES,
    environ: Mapping[str, str] | None = None,
) -> Plan:
    """Return the plan of a stack on free ports that shares nothing with any other."""
    app_port, relay_port, flower_port, redis_port = ports.free(4)
    return Plan(
        data_dir=data_dir.resolve(),
        app_port=app_port,
        relay_port=relay_port,
        flower_port=flower_port,
        redis_port=redis_port,
        app_url=f"http://localhost:{app_port}",
        relay_url=f"http://localhost:{relay_port}",
        database_url=database_url or f"sqlite:///{data_dir.resolve() / 'schemalore.db'}",
        redis=redis,
        processes=tuple(name for name in PROCESSES if name in processes),
        environ={
            "SCHEMALORE_ENV": "development",
            "ALLOWED_ORIGINS": "",
            "FLOWER_ADDRESS": LOOPBACK,
            **(environ or {}),
        },
    )


def command(name: str, plan: Plan, *, redis_url: str) -> Command:
    """Return how to start one of PROCESSES, or "migrate"."""
    arguments: dict[str, tuple[str, ...]] = {
        "migrate": ("store.main",),
        "web": (
            *("gunicorn", "-c", "app/gunicorn.conf.py"),
            *("--bind", f"{LOOPBACK}:{plan.app_port}", "app.main:application"),
        ),
        "relay": (
            *("gunicorn", "-c", "relay/gunicorn.conf.py"),
            *("--bind", f"{LOOPBACK}:{plan.relay_port}", "relay.main:application"),
        ),
        "worker": (
            *("celery", "-A", "worker.main", "worker", "--hostname", plan.worker_name),
            # One worker has no neighbours to ask, and asking takes a second of each start.
            *("--without-mingle", "--without-gossip"),
        ),
        "beat": (
            *("celery", "-A", "worker.main", "beat"),
            *("--schedule", str(plan.data_dir / "beat-schedule"), "--pidfile="),
        ),
        "flower": ("stack.main", "flower"),
    }
    return Command(
        name=name,
        argv=(*PYTHON, *arguments[name]),
        cwd=ROOT,
        environ=_environ(plan, redis_url=redis_url),
    )


def _environ(plan: Plan, *, redis_url: str) -> dict[str, str]:
    return {
        **settings.inherited(),
        "PYTHONUNBUFFERED": "1",
        "DATA_DIR": str(plan.data_dir),
        "DATABASE_URL": plan.database_url,
        "REDIS_URL": redis_url,
        "APP_URL": plan.app_url,
        "RELAY_URL": plan.relay_url,
        "APP_PORT": str(plan.app_port),
        "RELAY_HOST": LOOPBACK,
        "RELAY_PORT": str(plan.relay_port),
        "FLOWER_PORT": str(plan.flower_port),
        # Celery's warm shutdown would wait for the whole job: this makes SIGTERM hand it back.
        "REMAP_SIGTERM": "SIGQUIT",
        **plan.environ,
    }
