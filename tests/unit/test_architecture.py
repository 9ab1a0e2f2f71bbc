"""What import contracts cannot say."""

import grimp
import pytest

PROCESSES = ("app", "worker", "relay", "store", "stack")


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph("contract", *PROCESSES)


class TestContract:
    def test_every_module_serves_two_packages(self, graph: grimp.ImportGraph) -> None:
        """What only one process uses belongs to that process."""
        lonely = {}
        for module in graph.find_children("contract"):
            downstream = graph.find_downstream_modules(module)
            users = {name.split(".")[0] for name in downstream} - {"contract"}
            if len(users) < 2:
                lonely[module] = users

        assert {} == lonely
