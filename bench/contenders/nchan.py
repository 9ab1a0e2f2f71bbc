"""nchan, the nginx module: alone for one channel, behind its own Redis for many."""

import contextlib
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from bench import stage as stages
from bench import stamps
from bench.contenders.contender import MissingError, Running, get
from bench.feeds import HttpFeed
from bench.stage import Stage

MODULE = Path("/usr/lib/nginx/modules/ngx_nchan_module.so")
HINT = "apt install nginx-light libnginx-mod-nchan"
CONNECTIONS = 16384
POSTING_CONNECTIONS = 16  # nginx answers the requests of one connection one after another

TEMPLATE = """\
load_module {module};
{user}daemon off;
worker_processes 1;
worker_rlimit_nofile {files};
pid {folder}/{name}.pid;
error_log stderr warn;
events {{ worker_connections {connections}; }}
http {{
  access_log off;
  keepalive_requests 1000000;
  client_body_temp_path {folder}/{name}-body;
  proxy_temp_path {folder}/{name}-proxy;
  fastcgi_temp_path {folder}/{name}-fastcgi;
  uwsgi_temp_path {folder}/{name}-uwsgi;
  scgi_temp_path {folder}/{name}-scgi;
  nchan_shared_memory_size 256M;
  {upstream}
  server {{
    listen 127.0.0.1:{port} backlog=4096;
    location = /sub {{
      nchan_subscriber eventsource;
      nchan_subscriber_first_message newest;
      nchan_channel_id $arg_id;
      {redis}
    }}
    location = /pub {{
      nchan_publisher;
      nchan_channel_id $arg_id;
      {redis}
    }}
  }}
}}
"""


class Nchan:
    """nginx with nchan; with `by_redis`, another nginx publishes and the measured one delivers."""

    def __init__(self, *, by_redis: bool) -> None:
        self._by_redis = by_redis
        self.name = "nchan fed by its own Redis" if by_redis else "nchan (nginx)"

    def prepare(self) -> str:
        """Find nginx and the module."""
        program = shutil.which("nginx", path="/usr/local/sbin:/usr/sbin:/usr/local/bin:/usr/bin")
        if program is None or not MODULE.exists():
            raise MissingError(HINT)
        if self._by_redis and b"nchan_redis_pass" not in MODULE.read_bytes():
            raise MissingError("this build of nchan has no Redis support (nchan_redis_pass)")
        version = subprocess.run([program, "-v"], capture_output=True, text=True, check=True).stderr
        found = re.search(r"nginx/(\S+)", version)
        return f"nchan {_nchan_version()}, nginx {found[1] if found else 'unknown'}"

    @contextlib.contextmanager
    def serve(self, stage: Stage, *, channels: int) -> Iterator[Running]:
        """Start it."""
        with contextlib.ExitStack() as stack:
            folder = stack.enter_context(stage.folder())
            redis_url = stack.enter_context(stage.redis(folder)) if self._by_redis else None
            port = stages.port()
            argv = _configure(folder, "nginx", port, redis_url)
            server = stack.enter_context(stage.server("nginx", argv, folder=folder, port=port))
            feed_port = port
            if redis_url is not None:
                feed_port = stages.port()
                argv = _configure(folder, "publisher", feed_port, redis_url)
                stack.enter_context(
                    stage.server("publisher", argv, folder=folder, port=feed_port, measured=False)
                )
            connections = POSTING_CONNECTIONS if self._by_redis else 1
            feed = stack.enter_context(
                contextlib.closing(HttpFeed(feed_port, connections=connections))
            )

            template = stamps.Template()

            def publish(number: int, indexes: range) -> None:
                for index in indexes:
                    feed.post(f"/pub?id=c{index}", template.stamped(number))

            requests = tuple(get(f"/sub?id=c{index}") for index in range(channels))
            yield Running(server=server, requests=requests, publish=publish)


def _configure(folder: Path, name: str, port: int, redis_url: str | None) -> list[str]:
    path = folder / f"{name}.conf"
    path.write_text(
        TEMPLATE.format(
            module=MODULE,
            user="user root;\n" if os.geteuid() == 0 else "",
            files=CONNECTIONS,
            connections=CONNECTIONS,
            folder=folder,
            name=name,
            port=port,
            upstream=f"upstream redis {{ nchan_redis_server {redis_url}; }}" if redis_url else "",
            redis="nchan_redis_pass redis;" if redis_url else "",
        )
    )
    path.chmod(0o600)
    return ["nginx", "-p", str(folder), "-e", "stderr", "-c", str(path)]


def _nchan_version() -> str:
    asked = subprocess.run(
        ["dpkg-query", "-W", "-f", "${Version}", "libnginx-mod-nchan"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return asked.stdout or "of unknown version"
