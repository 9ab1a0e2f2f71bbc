"""Ports that are taken are named before anything is started."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from stack import ports, settings

pytestmark = pytest.mark.integration

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield int(server.getsockname()[1])


class TestCheck:
    def test_names_the_port_and_the_setting(self, taken: int) -> None:
        """The message says what to change."""
        with pytest.raises(ports.PortTakenError, match=rf"Port {taken} .* RELAY_PORT"):
            ports.check(taken, setting="RELAY_PORT")

    def test_sees_who_listens_on_all_addresses(self) -> None:
        """A container's published port counts, too."""
        with (
            socket.create_server(("0.0.0.0", 0)) as server,  # noqa: S104 - the case to be seen
            pytest.raises(ports.PortTakenError),
        ):
            ports.check(server.getsockname()[1], setting="APP_PORT")

    def test_passes_a_free_port(self) -> None:
        """And leaves it free."""
        port = ports.free(1)[0]
        ports.check(port, setting="APP_PORT")

        socket.create_server(("127.0.0.1", port)).close()


class TestFree:
    def test_gives_different_ports(self) -> None:
        """No two processes get the same one."""
        assert 20 == len(set(ports.free(20)))


class TestRun:
    def run(self, tmp_path: Path, **chosen: int) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "stack.main", "run"],
            cwd=ROOT,
            env=settings.inherited()
            | {name: str(port) for name, port in chosen.items()}
            | {"DATA_DIR": str(tmp_path / "data")},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def test_refuses_a_taken_port_before_it_starts_anything(
        self, taken: int, tmp_path: Path
    ) -> None:
        """`make run` ends with the port's and the setting's name, and made no file."""
        free = ports.free(2)
        done = self.run(tmp_path, APP_PORT=free[0], RELAY_PORT=taken, FLOWER_PORT=free[1])

        assert 1 == done.returncode
        assert f"Port {taken} " in done.stderr
        assert "RELAY_PORT" in done.stderr
        assert "Traceback" not in done.stderr
        assert not (tmp_path / "data").exists()

    def test_refuses_one_port_for_two_before_it_starts_anything(self, tmp_path: Path) -> None:
        """The second process would never come up."""
        free = ports.free(2)
        done = self.run(tmp_path, APP_PORT=free[0], RELAY_PORT=free[0], FLOWER_PORT=free[1])

        assert 1 == done.returncode
        assert f"APP_PORT and RELAY_PORT are both {free[0]}" in done.stderr
        assert not (tmp_path / "data").exists()

    def test_names_a_setting_that_cannot_be_a_port(self, tmp_path: Path) -> None:
        """Without a traceback, and without the words of a validation library."""
        done = self.run(tmp_path, APP_PORT=80000)

        assert 1 == done.returncode
        assert "\nschemalore: APP_PORT: The value is out of 1..65535.\n" == done.stderr
