"""Servers by their addresses: whether one can be one, and connections to it."""

import ipaddress
from urllib.parse import urlsplit

import httpx
import typer

_TIMEOUT = httpx.Timeout(30.0, connect=5.0)
_PROBE_SECONDS = 1.0


def address(text: str, *, option: str) -> str:
    """Return a server's URL without a slash at its end; BadParameter when it is none."""
    try:
        url = httpx.URL(text)
    except httpx.InvalidURL:
        url = httpx.URL("")
    if url.scheme not in {"http", "https"} or not url.host:
        raise typer.BadParameter(f"{option} needs a URL such as http://localhost:8000.")
    return text.rstrip("/")


def connect(base_url: str, *, auth: httpx.Auth | None = None) -> httpx.Client:
    """Return an HTTP client for one server, with `auth` on its requests."""
    return httpx.Client(
        base_url=base_url.rstrip("/"),
        auth=auth,
        timeout=_TIMEOUT,
        # A proxy of the environment reaches other machines, never this one's loopback.
        trust_env=not is_local(base_url),
    )


def responds(url: str) -> bool:
    """Return whether something at the URL says, at once, that it lives."""
    with connect(url) as http:
        try:
            return http.get("/healthz", timeout=_PROBE_SECONDS).is_success
        except httpx.HTTPError:
            return False


def is_local(url: str) -> bool:
    """Return whether the URL is of this machine's loopback."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
