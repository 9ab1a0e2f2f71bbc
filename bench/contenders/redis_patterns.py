"""The two usual ways to bring Redis messages to Flask's clients, under gunicorn with gevent."""

import contextlib
from collections.abc import Iterator
from importlib.metadata import version

from bench import stage as stages
from bench import stamps
from bench.contenders.contender import Running, get
from bench.feeds import RedisFeed
from bench.stage import Stage

CONNECTIONS = 4000


class RedisPattern:
    """One of the apps of `redis_apps`, named by its function."""

    def __init__(self, name: str, app: str) -> None:
        self.name = name
        self._app = app

    def prepare(self) -> str:
        """Return the versions; everything it needs is installed with Schemalore."""
        names = ("flask", "gevent", "gunicorn", "redis", "hiredis")
        return ", ".join(f"{name} {version(name)}" for name in names)

    @contextlib.contextmanager
    def serve(self, stage: Stage, *, channels: int) -> Iterator[Running]:
        """Start it."""
        with contextlib.ExitStack() as stack:
            folder = stack.enter_context(stage.folder())
            url = stack.enter_context(stage.redis(folder))
            url_file = folder / "redis-url"
            url_file.write_text(url)
            port = stages.port()
            argv = stages.gunicorn(
                f"bench.contenders.redis_apps:{self._app}({str(url_file)!r})",
                port_number=port,
                connections=CONNECTIONS,
            )
            server = stack.enter_context(stage.server("gunicorn", argv, folder=folder, port=port))
            feed = stack.enter_context(contextlib.closing(RedisFeed(url)))

            template = stamps.Template()

            def publish(number: int, indexes: range) -> None:
                message = template.stamped(number)
                feed.send_all([(f"bench:{index}", message) for index in indexes])

            requests = tuple(get(f"/sub/bench:{index}") for index in range(channels))
            yield Running(server=server, requests=requests, publish=publish)


PER_CLIENT = RedisPattern("a Redis connection per client (flask-sse)", "connection_per_client")
PER_QUEUE = RedisPattern("redis-py get_message loop, queue per client", "queue_per_client")
