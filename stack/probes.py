"""Answers whether a process of the stack is ready to work."""

import socket

import httpx
from kombu.exceptions import OperationalError

from contract import queue
from stack import redis_server
from stack.plans import Plan
from stack.settings import LOOPBACK


def ready(name: str, plan: Plan, *, redis_url: str) -> bool:
    """Whether the process answers as one that can do its work; beat is ready once it runs."""
    if name in plan.ready_urls:
        return _answers_ok(plan.ready_urls[name])
    if name == "worker":
        return _worker_answers(redis_url, plan.worker_name)
    if name == "redis":
        return redis_server.answers(redis_url)
    if name == "flower":
        return _listens(plan.flower_port)
    return True


def workers(redis_url: str) -> list[str]:
    """Return the names of all workers that take tasks from this Redis."""
    celery = queue.make(redis_url)
    try:
        replies = celery.control.ping(timeout=1.0)
        return [name for reply in replies for name in reply]
    finally:
        celery.close()


def _worker_answers(redis_url: str, name: str) -> bool:
    celery = queue.make(redis_url)
    try:
        return bool(celery.control.ping(destination=[name], timeout=1.0, limit=1))
    except (OperationalError, OSError):
        return False
    finally:
        celery.close()


def _answers_ok(url: str) -> bool:
    try:
        # Not through a proxy of the environment: it could not reach this machine's loopback.
        with httpx.Client(trust_env=False, timeout=2) as client:
            return client.get(url).status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False


def _listens(port: int) -> bool:
    try:
        socket.create_connection((LOOPBACK, port), timeout=1).close()
    except OSError:
        return False
    return True
