"""How gunicorn serves the relay."""

from gevent import monkey

# Here already: the worker would patch later, after modules that keep unpatched parts were loaded.
monkey.patch_all()

import resource
import sys
from typing import TYPE_CHECKING

from relay.settings import Settings

if TYPE_CHECKING:
    from gunicorn.arbiter import Arbiter
    from gunicorn.workers.ggevent import GeventWorker

_settings = Settings()
bind = f"{_settings.relay_host}:{_settings.relay_port}"
worker_class = "gevent"
workers = 1  # a process follows jobs for all its clients; more processes are more replicas
# Requests under way; streams are taken over and do not count.
worker_connections = 10_000
backlog = 4096  # after a restart all clients come back together
graceful_timeout = _settings.relay_drain_seconds
max_requests = 0  # a recycled worker would cut its streams
keepalive = 5  # seconds: also how long a request's head may take to arrive
control_socket_disable = True  # nobody uses it, and two processes would share its file

_DRAIN_SHARE = 0.6  # of the drain window; the rest is for the process to go

_soft, _hard = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (_hard, _hard))


def worker_exit(_server: "Arbiter", _worker: "GeventWorker") -> None:
    """End the streams when the worker was told to stop: gunicorn does not know of them."""
    running = sys.modules.get("relay.main")
    if running is not None:
        running.relay.stop(_settings.relay_drain_seconds * _DRAIN_SHARE)
