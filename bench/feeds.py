"""Ways to give a server its messages: Redis, or HTTP requests on connections that stay open."""

import socket
from collections.abc import Callable

import redis


class HttpFeed:
    """Posts messages over a few connections in turn; answers are read only to be forgotten."""

    def __init__(self, port: int, *, connections: int = 1) -> None:
        self._sockets = [
            socket.create_connection(("127.0.0.1", port), timeout=10) for _ in range(connections)
        ]
        self._next = 0

    def post(self, path: str, body: str) -> None:
        """Send one message."""
        sock = self._sockets[self._next]
        self._next = (self._next + 1) % len(self._sockets)
        data = body.encode()
        head = f"POST {path} HTTP/1.1\r\nHost: bench\r\nContent-Length: {len(data)}\r\n\r\n"
        sock.settimeout(10)
        sock.sendall(head.encode() + data)
        sock.setblocking(False)
        try:
            sock.recv(65536)
        except BlockingIOError:
            return

    def close(self) -> None:
        """Close the connections."""
        for sock in self._sockets:
            sock.close()


class RedisFeed:
    """Publishes through one connection; `send(channel, text)` waits for Redis's answer."""

    def __init__(self, url: str) -> None:
        self._client = redis.Redis.from_url(url, socket_timeout=10)
        self.send: Callable[[str, str], object] = self._client.publish

    def send_all(self, messages: list[tuple[str, str]]) -> None:
        """Publish several messages with one round trip."""
        pipeline = self._client.pipeline(transaction=False)
        for channel, message in messages:
            pipeline.publish(channel, message)
        pipeline.execute()

    def subscriptions(self) -> int:
        """Return how many channels somebody is subscribed to."""
        return len(self._client.pubsub_channels())

    def close(self) -> None:
        """Close the connection."""
        self._client.close()
