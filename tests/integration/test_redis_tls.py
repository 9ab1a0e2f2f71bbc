"""A Redis that speaks TLS with a certificate of its own: `rediss://` in every process."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import kombu.exceptions
import pytest

from contract import queue
from relay import link
from store import database, upgrade
from tests import services
from tests.relay_world import Producer, World, environment, messages, start_relay

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed: it makes the certificate")
    folder = tmp_path_factory.mktemp("tls")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
         "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1",
         "-addext", "subjectAltName=IP:127.0.0.1",
         "-keyout", folder / "key.pem", "-out", folder / "cert.pem"],
        check=True, capture_output=True,
    )  # fmt: skip
    with services.private_redis(folder, tls=folder) as found:
        if found is None:
            pytest.skip("no redis-server is installed")
        yield found


class TestRelay:
    """The relay's one subscription, which no Redis client opens."""

    def test_follows_a_job(self, url: str, tmp_path: Path) -> None:
        settings = environment(tmp_path, redis_url=url)
        opened = database.connect(settings["DATABASE_URL"])
        upgrade.to_head(opened)
        with start_relay(settings) as relay:
            world = World(relay, Producer(opened, url))
            world.producer.milestone(world.job_id, message="before")
            with world.stream() as source:
                heard = messages(source)
                assert next(heard).json()["message"] == "before"
                world.producer.milestone(world.job_id, message="live")
                assert next(heard).json()["message"] == "live"
                world.producer.tick(world.job_id)  # which is in Redis only
                assert next(heard).json() == {"jobId": "j", "step": "analyzing"}
            world.http.close()
        opened.close()

    def test_refuses_a_certificate_that_nobody_vouches_for(self, url: str) -> None:
        with pytest.raises(link.LinkError, match="certificate verify failed"):
            link.connect(_unvouched(url), seconds=3)

    def test_trusts_blindly_where_it_is_told_to(self, url: str) -> None:
        link.connect(f"{_unvouched(url)}?ssl_cert_reqs=none", seconds=3).close()


class TestQueue:
    """Celery's broker."""

    def test_takes_tasks(self, url: str) -> None:
        queue.enqueue(queue.make(url), "job")

    def test_refuses_a_certificate_that_nobody_vouches_for(self, url: str) -> None:
        with pytest.raises(kombu.exceptions.OperationalError, match="certificate verify failed"):
            queue.enqueue(queue.make(_unvouched(url)), "job")


def _unvouched(url: str) -> str:
    # Another name of the host: kombu's pools would lend the connection of an earlier test.
    return url.partition("?")[0].replace("127.0.0.1", "localhost")
