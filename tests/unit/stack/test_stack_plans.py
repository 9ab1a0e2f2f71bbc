"""What the processes of a stack are told, and where secrets are."""

from pathlib import Path

import pytest

from stack import plans
from stack.plans import PROCESSES, ROOT, Plan

PASSWORD = "s3cret-pa55"


def plan(**changes: object) -> Plan:
    given: dict[str, object] = {
        "data_dir": Path("/data"),
        "app_port": 1,
        "relay_port": 2,
        "flower_port": 3,
        "redis_port": 4,
        "app_url": "http://localhost:1",
        "relay_url": "http://localhost:2",
        "database_url": f"postgresql://u:{PASSWORD}@h/d",
        "redis": f"redis://:{PASSWORD}@127.0.0.1:4/0",
        "environ": {"JWT_SECRET_KEY": PASSWORD},
    }
    return Plan(**(given | changes))  # type: ignore[arg-type]  # checked by the test that uses it


class TestCommand:
    @pytest.mark.parametrize("name", [*PROCESSES, "migrate"])
    def test_has_no_secret_in_its_arguments(self, name: str) -> None:
        """Everybody on a machine can list the arguments of its processes."""
        made = plans.command(name, plan(), redis_url=f"redis://:{PASSWORD}@127.0.0.1:4/0")

        assert PASSWORD not in " ".join(made.argv)
        assert PASSWORD in made.environ["DATABASE_URL"]
        assert PASSWORD in made.environ["REDIS_URL"]

    def test_shows_no_secret_when_printed(self) -> None:
        """A log or an error with a plan or a command in it stays harmless."""
        made = plans.command("web", plan(), redis_url=f"redis://:{PASSWORD}@127.0.0.1:4/0")

        assert PASSWORD not in repr(made)
        assert PASSWORD not in repr(plan())

    def test_tells_every_process_the_same_addresses(self) -> None:
        """Page, streams and cookies fit the ports that were chosen."""
        told = [dict(plans.command(name, plan(), redis_url="r").environ) for name in PROCESSES]

        assert all(each == told[0] for each in told)
        assert "http://localhost:1" == told[0]["APP_URL"]
        assert "http://localhost:2" == told[0]["RELAY_URL"]
        assert ("1", "2", "3") == tuple(
            told[0][name] for name in ("APP_PORT", "RELAY_PORT", "FLOWER_PORT")
        )

    def test_listens_on_loopback_only(self) -> None:
        """Whoever starts a stack opens nothing to the network."""
        for name in ("web", "relay"):
            argv = plans.command(name, plan(), redis_url="r").argv
            assert argv[argv.index("--bind") + 1].startswith("127.0.0.1:")

    def test_keeps_gunicorns_control_sockets_apart(self) -> None:
        """Two gunicorns of one user would take the same socket file from each other."""
        for name in ("web", "relay"):
            argv = plans.command(name, plan(), redis_url="r").argv
            settings = (ROOT / argv[argv.index("-c") + 1]).read_text().splitlines()
            assert any(line.startswith("control_socket_disable = True") for line in settings)


class TestPlan:
    def test_stops_whoever_makes_work_before_whoever_does_it(self) -> None:
        """Reversed, the order of starting lets the relay tell how the jobs ended."""
        order = list(reversed(PROCESSES))

        assert order.index("web") < order.index("worker") < order.index("relay")
