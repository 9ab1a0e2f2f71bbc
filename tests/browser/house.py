"""App and relay behind one proxy, without a worker but the one by hand."""

import httpx

from stack import local
from tests.browser.hand_worker import HandWorker
from tests.browser.proxy import Proxy


class House:
    """What the tests of one session share."""

    def __init__(self, stack: local.Stack, proxy: Proxy, worker: HandWorker) -> None:
        self.stack, self.proxy, self.worker = stack, proxy, worker

    def streams(self) -> int:
        """Return how many streams the relay says are open."""
        metrics = httpx.get(
            f"http://127.0.0.1:{self.stack.plan.relay_port}/metrics", trust_env=False
        ).text
        (line,) = (
            row for row in metrics.splitlines() if row.startswith("schemalore_relay_streams ")
        )
        return int(float(line.split()[1]))
