"""TCP ports of this machine: are they free, and which are."""

import contextlib
import errno
import socket
from collections.abc import Mapping

LOOPBACKS = ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1"))


class PortTakenError(RuntimeError):
    """A port that a setting names cannot be listened on."""

    def __init__(self, port: int, *, setting: str, reason: str) -> None:
        super().__init__(
            f"Port {port} cannot be used: {reason}. Stop what listens there, or set {setting} to "
            f"another port, for example {setting}={port % 60000 + 100}."
        )
        self.port = port
        self.setting = setting


class SamePortError(RuntimeError):
    """Two settings name one port."""

    def __init__(self, port: int, *, first: str, second: str) -> None:
        super().__init__(
            f"{first} and {second} are both {port}, and only one can listen there. "
            f"Set {second} to another port, for example {second}={port % 60000 + 100}."
        )


def check_all(named: Mapping[str, int]) -> None:
    """Raise SamePortError or PortTakenError unless each setting of `named` has a free port."""
    first: dict[int, str] = {}
    for setting, port in named.items():
        if port in first:
            raise SamePortError(port, first=first[port], second=setting)
        first[port] = setting
    for setting, port in named.items():
        check(port, setting=setting)


def check(port: int, *, setting: str) -> None:
    """Raise PortTakenError, naming `setting`, when `port` is not free on loopback."""
    for family, host in LOOPBACKS:
        try:
            _bind(family, host, port).close()
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise PortTakenError(port, setting=setting, reason="it is already in use") from None
            if error.errno == errno.EACCES:
                reason = "this user may not listen on it"
                raise PortTakenError(port, setting=setting, reason=reason) from None
            if family == socket.AF_INET:
                raise  # without IPv6 the second family fails, which is no reason to stop


def free(count: int) -> list[int]:
    """Return `count` different ports of 127.0.0.1 on which nothing listens now."""
    with contextlib.ExitStack() as held:
        # Held together, so that one port is not handed out twice.
        sockets = [held.enter_context(_bind(socket.AF_INET, "127.0.0.1", 0)) for _ in range(count)]
        return [int(each.getsockname()[1]) for each in sockets]


def _bind(family: socket.AddressFamily, host: str, port: int) -> socket.socket:
    bound = socket.socket(family, socket.SOCK_STREAM)
    try:
        # Servers set it too: a port in TIME_WAIT is free for them.
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((host, port))
    except OSError:
        bound.close()
        raise
    return bound
