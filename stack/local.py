"""A stack of one's own: free ports, its own stores; for tests and the demonstration."""

from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from stack import plans
from stack.plans import PROCESSES
from stack.running import READY_SECONDS, Running, StackError

__all__ = ["PROCESSES", "Stack", "StackError", "start"]


class Stack(Running):
    """A stack on free ports for the time of a `with` block."""

    def __init__(
        self,
        data_dir: Path,
        *,
        processes: tuple[str, ...] = PROCESSES,
        redis: str = "auto",
        database_url: str = "",
        environ: Mapping[str, str] | None = None,
        ready_seconds: float = READY_SECONDS,
    ) -> None:
        plan = plans.private(
            data_dir,
            redis=redis,
            database_url=database_url,
            processes=processes,
            environ=environ,
        )
        super().__init__(plan, ready_seconds=ready_seconds)
        self.data_dir = plan.data_dir
        self.app_url = plan.app_url
        self.relay_url = plan.relay_url
        self.flower_url = f"http://localhost:{plan.flower_port}"
        self.database_url = plan.database_url

    def __enter__(self) -> Self:
        self.launch()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.close()


def start(
    data_dir: Path,
    *,
    processes: tuple[str, ...] = PROCESSES,
    redis: str = "auto",
    database_url: str = "",
    environ: Mapping[str, str] | None = None,
) -> Stack:
    """Return a stack that is launched and ready; StackError when it does not get ready."""
    stack = Stack(
        data_dir,
        processes=processes,
        redis=redis,
        database_url=database_url,
        environ=environ,
    )
    stack.launch()
    return stack
