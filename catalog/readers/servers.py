"""Whether a URL names its server and user outright, so that nothing of this machine steps in.

A driver fills what a URL lacks from the machine it runs on: a local socket, the name of the
operating system's user, variables, password files. That identity is not the URL's author's.
"""

import re
from typing import Final

import sqlalchemy

from catalog.readers.errors import RefusedError

_PORTS: Final = range(1, 65536)
_NOT_IN_HOSTS: Final = re.compile(r"[@%/\s]")
_AUTHORITY: Final = re.compile(r"[^/?#]*")
_ENCODE: Final = (
    "Percent-encode special characters of user and password (@ as %40, / as %2F, : as %3A,"
    " % as %25)"
)


def check(url: str, parsed: sqlalchemy.URL, *, form: str) -> None:
    """Raise RefusedError when the URL lacks host or user, or its parts cannot be told apart.

    `form` shows how a right URL looks. No message quotes the URL: what looks like a host may be
    a part of the password.
    """
    authority = _AUTHORITY.match(url.partition("://")[2])
    if (authority and authority[0].count("@") > 1) or "@" in (parsed.database or ""):
        raise RefusedError(
            "The database URL has more than one @, so its password cannot be told from its host.",
            remedy=f"{_ENCODE}, like {form}.",
        )
    _check_host(parsed.host or "", form)
    if not parsed.username:
        raise RefusedError(
            "The database URL names no user.",
            remedy=f"Write the user, and the password if it has one, before the host: {form}.",
        )
    if parsed.port is not None and parsed.port not in _PORTS:
        raise RefusedError(
            f"The database URL has the port {parsed.port}; ports go from 1 to 65535.",
            remedy=f"Check the number after the host: {form}.",
        )


def _check_host(host: str, form: str) -> None:
    # Of several hosts, an empty one would mean this machine's socket.
    if not all(host.split(",")):
        raise RefusedError(
            "The database URL names no host.",
            remedy=f"Write the server's name or address before the database: {form}.",
        )
    if _NOT_IN_HOSTS.search(host):
        raise RefusedError(
            "The host in the database URL has characters that no host name has.",
            remedy=f"{_ENCODE}, and write the host as it is, like {form}.",
        )
