"""Two Flask apps as people write them, each with its own use of Redis; gunicorn builds them."""

from collections.abc import Iterator
from pathlib import Path

import gevent
import redis
from flask import Flask, Response
from gevent.queue import Queue
from redis.client import PubSub

HELLO = ": hello\n\n"


def connection_per_client(url_file: str) -> Flask:
    """Return the pattern of flask-sse: each client has a Redis connection that listens for it."""
    app = Flask("connection_per_client")
    # The default limit of the pool is far below the number of clients.
    pool = redis.ConnectionPool.from_url(Path(url_file).read_text(), max_connections=100_000)
    client = redis.Redis(connection_pool=pool)

    @app.get("/sub/<channel>")
    def follow(channel: str) -> Response:
        def frames() -> Iterator[str]:
            with _subscription(client) as subscription:
                subscription.subscribe(channel)
                yield HELLO
                for message in subscription.listen():  # type: ignore[no-untyped-call]  # redis-py
                    yield f"data: {message['data'].decode()}\n\n"

        return Response(frames(), mimetype="text/event-stream")

    return app


def queue_per_client(url_file: str) -> Flask:
    """Return one redis-py `get_message` loop that fills a queue per client's greenlet."""
    app = Flask("queue_per_client")
    client = redis.Redis.from_url(Path(url_file).read_text())
    queues: dict[str, set[Queue[bytes]]] = {}

    def read() -> None:
        # By pattern: subscribing from other greenlets would share the connection with this one.
        with _subscription(client) as subscription:
            subscription.psubscribe("bench:*")
            while True:
                message = subscription.get_message(timeout=1)
                if message is not None:
                    for queue in queues.get(message["channel"].decode(), ()):
                        queue.put(message["data"])

    @app.get("/sub/<channel>")
    def follow(channel: str) -> Response:
        def frames() -> Iterator[str]:
            queue: Queue[bytes] = Queue()
            queues.setdefault(channel, set()).add(queue)
            try:
                yield HELLO
                while True:
                    yield f"data: {queue.get().decode()}\n\n"
            finally:
                queues[channel].discard(queue)

        return Response(frames(), mimetype="text/event-stream")

    gevent.spawn(read)
    return app


def _subscription(client: redis.Redis) -> PubSub:
    made: PubSub = client.pubsub(ignore_subscribe_messages=True)  # type: ignore[no-untyped-call]  # redis-py
    return made
