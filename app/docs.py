"""The page /docs: the OpenAPI document and a reader that loads nothing from elsewhere."""

from pathlib import Path
from typing import Final

import flask
import offapi

from app.api import documentation

_ASSETS: Final = Path(offapi.__file__).parent
#: The reader needs inline styles, and draws its icons from data: URLs.
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_PAGE: Final = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Schemalore API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/docs/reader.css">
</head>
<body>
<div id="reader"></div>
<script src="/docs/reader.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
"""
# Signed in by cookie, "Try it out" needs the CSRF token like any other page's script.
_START: Final = """window.reader = SwaggerUIBundle({
  url: "/docs/openapi.json",
  dom_id: "#reader",
  validatorUrl: null,
  tryItOutEnabled: true,
  requestInterceptor(request) {
    const name = request.url.endsWith("/auth/refresh") ? "csrf_refresh_token" : "csrf_access_token";
    const found = document.cookie.match(new RegExp(`(?:^|; )${name}=([^;]+)`));
    if (found) request.headers["X-CSRF-TOKEN"] = found[1];
    return request;
  },
});
"""

blueprint = flask.Blueprint("docs", __name__, url_prefix=f"/{documentation.PATH}")


@blueprint.get("", strict_slashes=False)
def page() -> flask.Response:
    """Show the reader."""
    response = flask.Response(_PAGE, content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = _POLICY
    return response


@blueprint.get("/openapi.json")
def document() -> flask.Response:
    """Send the OpenAPI document."""
    return flask.jsonify(documentation.document())


@blueprint.get("/start.js")
def start() -> flask.Response:
    """Send the script that starts the reader."""
    return flask.Response(_START, content_type="text/javascript; charset=utf-8")


@blueprint.get("/reader.js")
def script() -> flask.Response:
    """Send the reader's script, from the installed package."""
    return flask.send_file(_ASSETS / "swagger_bundle.js", mimetype="text/javascript")


@blueprint.get("/reader.css")
def style() -> flask.Response:
    """Send the reader's style, from the installed package."""
    return flask.send_file(_ASSETS / "swagger_style.css", mimetype="text/css")
