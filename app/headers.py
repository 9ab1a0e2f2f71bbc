"""Headers that every answer carries: who may read it, and what it may load."""

from collections.abc import Sequence

import flask
from flask_cors import CORS

EXPOSED = ("ETag", "Location", "Retry-After", "Preference-Applied")
ALLOWED = (
    "Authorization",
    "Content-Type",
    "Idempotency-Key",
    "If-None-Match",
    "Prefer",
    "X-CSRF-TOKEN",
)


#: An answer that is no page needs to load nothing; pages and /docs set policies of their own.
POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


def configure(app: flask.Flask, *, origins: Sequence[str]) -> None:
    """Let pages of these origins call the API with cookies, and harden all answers."""
    CORS(
        app,
        resources={r"/api/.*": {}},
        origins=list(origins),
        supports_credentials=True,
        expose_headers=list(EXPOSED),
        allow_headers=list(ALLOWED),
        max_age=600,
        always_send=False,
    )
    app.after_request(_harden)


def _harden(response: flask.Response) -> flask.Response:
    response.headers.setdefault("Content-Security-Policy", POLICY)
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    if flask.request.path.startswith("/api/"):
        response.headers.setdefault("Cache-Control", "no-store")
    return response
