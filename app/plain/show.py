"""How a view of the page turns a template into an answer."""

from typing import Protocol

import flask


class Show(Protocol):
    """Renders a template with the page's own values and headers."""

    def __call__(self, template: str, **values: object) -> flask.Response:
        """Return the answer."""
