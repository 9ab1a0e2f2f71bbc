"""A stack with a fake model for one measurement."""

import contextlib
from collections.abc import Iterator

from bench.stage import Stage
from tests import fault_world
from tests.fault_world import FaultWorld


@contextlib.contextmanager
def world_of(stage: Stage, **environ: str) -> Iterator[FaultWorld]:
    """Yield a running stack with the product's own defaults; it is gone afterwards."""
    with stage.folder() as folder, fault_world.running(folder, **environ) as world:
        yield world
