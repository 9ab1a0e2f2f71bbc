"""A relay, a page on another port, and the clients that are installed."""

import contextlib
import http.server
import threading
from collections.abc import Callable, Iterator

import pytest

from store import database, upgrade
from tests import relay_world, services
from tests.clients import follower, installed
from tests.clients.follower import HERE, Client, Follower
from tests.settings import TestSettings

CLIENTS = {client.name: client for client in installed.clients()}
PAGE = b"<!doctype html><title>page</title><link rel=icon href='data:,'>"
Follow = Callable[..., contextlib.AbstractContextManager[dict[str, Follower]]]


@pytest.fixture(scope="session")
def page_url() -> Iterator[str]:
    """An empty page on a port of its own, and the modules that it may import."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Page) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="module")
def relay_env(
    redis_url: str, page_url: str, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, str]:
    """The settings of this module's relay."""
    directory = tmp_path_factory.mktemp("relay")
    return relay_world.environment(directory, redis_url=redis_url, origin=page_url)


@pytest.fixture(scope="module")
def producer(relay_env: dict[str, str]) -> Iterator[relay_world.Producer]:
    """Somebody who plays app and worker."""
    opened = database.connect(relay_env["DATABASE_URL"])
    upgrade.to_head(opened)
    yield relay_world.Producer(opened, relay_env["REDIS_URL"])
    opened.close()


@pytest.fixture(scope="module")
def follow(page_url: str) -> Follow:
    """Start all clients that are installed on a world's job."""

    def start(
        world: relay_world.World, *, leaves: bool
    ) -> contextlib.AbstractContextManager[dict[str, Follower]]:
        present = [client for client in CLIENTS.values() if client.missing() is None]
        return follower.following(
            present, world, page_url=page_url, chromium=str(installed.CHROMIUM), leaves=leaves
        )

    return start


@pytest.fixture(params=list(CLIENTS))
def client(request: pytest.FixtureRequest, test_settings: TestSettings) -> Client:
    """Each client in turn; skipped with the reason when it is not installed."""
    found = CLIENTS[request.param]
    reason = found.missing()
    if reason is not None:
        services.missing(reason, ci=test_settings.ci)
    return found


class _Page(http.server.BaseHTTPRequestHandler):
    """Serves the page and its modules, and is silent about it."""

    def do_GET(self) -> None:
        library = HERE / "node_modules/@microsoft/fetch-event-source/lib/esm"
        name = self.path.rsplit("/", 1)[1]
        if name == "":
            content, kind = PAGE, "html"
        elif self.path.startswith("/fetch-event-source/"):
            # Its modules import each other without the ending that browsers need.
            content, kind = (library / f"{name.removesuffix('.js')}.js").read_bytes(), "javascript"
        else:
            content, kind = (HERE / name).read_bytes(), "javascript"
        self.send_response(200)
        self.send_header("Content-Type", f"text/{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its own name
        """Say nothing."""
