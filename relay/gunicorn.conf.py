"""How gunicorn serves the relay."""

from gevent import monkey

# Here already: the worker would patch later, after modules that keep unpatched parts were loaded.
monkey.patch_all()

import sys
from typing import TYPE_CHECKING

import gevent

from relay.settings import Settings

if TYPE_CHECKING:
    from gunicorn.workers.ggevent import GeventWorker

_settings = Settings()
bind = f"{_settings.relay_host}:{_settings.relay_port}"
worker_class = "gevent"
workers = 1  # a process follows jobs for all its clients; more processes are more replicas
worker_connections = _settings.relay_connections
graceful_timeout = _settings.relay_drain_seconds
max_requests = 0  # a recycled worker would cut its streams
keepalive = 2
control_socket_disable = True  # nobody uses it, and two processes would share its file


def post_worker_init(worker: "GeventWorker") -> None:
    """End the streams when the worker is told to stop: gunicorn would wait for them in vain."""

    def watch() -> None:
        while worker.alive:
            gevent.sleep(0.1)
        sys.modules["relay.main"].relay.hub.close()

    gevent.spawn(watch)
