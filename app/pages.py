"""The web page: HTML shells, which their scripts fill through the API."""

import functools
import hashlib
import re
from http import HTTPStatus
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import flask

from app import compression, dashboard, first_view, modules
from app.plain import entrance
from app.plain import views as plain
from catalog import dialects

STATIC: Final = Path(__file__).parent / "static"
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_THEMES: Final = frozenset({"light", "dark"})
_RELAY_ORIGIN: Final = re.compile(r"https?://(\[[0-9a-f:]+\]|[a-z0-9.-]+)(:[0-9]{1,5})?")
#: The pages that show nothing before their script runs, and where they are; what an address names
#: in angle brackets, its template gets.
_SHELLS: Final = {
    "projects": "/",
    "login": "/login",
    "context": "/projects/<project_id>/contexts/<int:version>",
    "table": "/projects/<project_id>/tables/<path:table_id>",
    "jobs": "/jobs",
    "job": "/jobs/<job_id>",
    "account": "/account",
}
_YEAR_SECONDS: Final = 365 * 24 * 3600


class RelayUrlError(ValueError):
    """RELAY_URL is not the address of a relay."""

    def __init__(self, relay_url: str) -> None:
        super().__init__(
            f"RELAY_URL is {relay_url!r}, which is no web address. "
            "Give scheme, host and port, e.g. http://localhost:8001."
        )


def blueprint(*, relay_url: str) -> flask.Blueprint:
    """Return the pages and their assets; empty `relay_url`: streams come from the same origin.

    RelayUrlError when `relay_url` is not an origin.
    """
    relay = relay_url.strip().rstrip("/").lower()
    if relay and not _RELAY_ORIGIN.fullmatch(relay):
        raise RelayUrlError(relay_url)
    pages = flask.Blueprint("pages", __name__, template_folder="templates")
    version = _version(STATIC)
    scripts = modules.of_pages(STATIC)

    def show(template: str, **values: object) -> flask.Response:
        stream_origin = _as_seen(relay, page=flask.request.host_url.rstrip("/"))
        theme = flask.request.cookies.get("theme", "")
        body = flask.render_template(
            template,
            assets=f"/assets/{version}",
            relay=stream_origin,
            modules=scripts.get(template.removesuffix(".html"), ()),
            theme=theme if theme in _THEMES else "",
            **values,
        )
        response = flask.make_response(body)
        response.headers.update(_headers(stream_origin))
        return response

    for name, rule in _SHELLS.items():
        # A table's name may hold slashes, two in a row even.
        page = functools.partial(show, f"{name}.html")
        pages.add_url_rule(rule, name, page, merge_slashes=False)
    dashboard.add(pages, show)
    entrance.add(pages, show)
    pages.register_blueprint(plain.blueprint(show))

    @pages.get("/projects/<project_id>")
    def project(project_id: str) -> flask.Response:
        view = first_view.project(project_id, after=flask.request.args.get("after"))
        response = show(
            "project.html",
            project_id=project_id,
            view=view,
            moment=first_view.moment,
            product=dialects.product,
        )
        response.headers["Cache-Control"] = "private, no-cache"
        return response

    @pages.get("/assets/<asked>/<path:name>")
    def asset(asked: str, name: str) -> flask.Response:
        return _asset(name, current=asked == version)

    return pages


def _asset(name: str, *, current: bool) -> flask.Response:
    """Return a file of the page; one asked for under an old version is not to be kept."""
    response = flask.send_from_directory(STATIC, name, max_age=_YEAR_SECONDS if current else None)
    if current:
        response.cache_control.immutable = True
    response.headers["X-Content-Type-Options"] = "nosniff"
    if response.status_code == HTTPStatus.OK:
        response.direct_passthrough = False
        return compression.when_accepted(response)
    return response


def _version(folder: Path) -> str:
    """Return a short digest of all files: a changed asset gets a new address."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            digest.update(str(path.relative_to(folder)).encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _as_seen(relay: str, *, page: str) -> str:
    """Return the relay's origin as the page's visitor must call it, empty for the page's own.

    Cookies belong to a host name: a page opened as 127.0.0.1 would send none to localhost.
    """
    page_host, relay_host = urlsplit(page).hostname, urlsplit(relay).hostname
    if page_host != relay_host and page_host in _LOOPBACK and relay_host in _LOOPBACK:
        port = urlsplit(relay).port
        name = f"[{page_host}]" if ":" in str(page_host) else page_host
        relay = f"{urlsplit(relay).scheme}://{name}" + (f":{port}" if port else "")
    return "" if relay == page else relay


def _headers(relay: str) -> dict[str, str]:
    policy = (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        f"connect-src 'self' {relay}".rstrip(),
        "img-src 'self' data:",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
    )
    return {
        "Content-Security-Policy": "; ".join(policy),
        "Cache-Control": "no-cache",
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
        "Vary": "Cookie",
    }
