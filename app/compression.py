"""Gzip for what is large and much alike; a proxy in front may do better, and then does it alone."""

import gzip

import flask

LEAST_BYTES = 1024
LEVEL = 6


def when_accepted(response: flask.Response) -> flask.Response:
    """Return the answer compressed where the client takes that.

    Only for bodies that do not mix secrets with what a stranger chose: lengths would tell.
    """
    response.vary.add("Accept-Encoding")
    body = response.get_data()
    if len(body) >= LEAST_BYTES and flask.request.accept_encodings["gzip"]:
        response.set_data(gzip.compress(body, LEVEL, mtime=0))
        response.content_encoding = "gzip"
    return response
