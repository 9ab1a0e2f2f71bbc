"""The formats in which a context leaves Schemalore, by name."""

import json
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from catalog import codec, published
from catalog.context import Context
from catalog.model import Snapshot
from catalog.renderings import comments, dbt, markdown, mermaid, mschema

_MOST_CHARACTERS: Final = 60  # of a database's name in a file name


@dataclass(frozen=True, kw_only=True)
class Rendering:
    """A file to hand out: its text, what it is and what to call it (ASCII)."""

    media_type: str
    filename: str
    text: str


class UnknownFormatError(ValueError):
    """There is no such format."""

    def __init__(self, name: str) -> None:
        super().__init__(f"There is no format {name[:40]!r}; choose one of {', '.join(FORMATS)}.")
        self.format = name


@dataclass(frozen=True, kw_only=True)
class _Format:
    media_type: str
    ending: str
    render: Callable[[Snapshot, Context], str]


def render(format: str, snapshot: Snapshot, context: Context) -> Rendering:  # noqa: A002  # what it is
    """Return the context in a format of FORMATS; UnknownFormatError for another."""
    chosen = _FORMATS.get(format)
    if chosen is None:
        raise UnknownFormatError(format)
    text = chosen.render(snapshot, context)
    return as_file(text, snapshot, media_type=chosen.media_type, ending=chosen.ending)


def as_file(text: str, snapshot: Snapshot, *, media_type: str, ending: str) -> Rendering:
    """Return a text that was made of a snapshot as a file named after its database."""
    return Rendering(
        media_type=media_type,
        filename=_slug(snapshot.database) + ending,
        # half a surrogate pair from a JSON text would make the answer impossible to encode
        text=text.encode("utf-8", "replace").decode("utf-8"),
    )


def _json(snapshot: Snapshot, context: Context) -> str:
    document = {
        "$schema": published.ADDRESS,
        "snapshot": codec.snapshot_to_dict(snapshot),
        "context": codec.context_to_dict(context),
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _slug(name: str) -> str:
    """Return a name as letters, digits and hyphens of ASCII."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii").lower()
    return re.sub(r"[^a-z0-9_]+", "-", plain)[:_MOST_CHARACTERS].strip("-_") or "database"


_FORMATS: Final[Mapping[str, _Format]] = {
    "markdown": _Format(
        media_type="text/markdown; charset=utf-8", ending=".md", render=markdown.render
    ),
    "json": _Format(media_type="application/json", ending=".json", render=_json),
    "mermaid": _Format(
        media_type="text/vnd.mermaid; charset=utf-8", ending=".mmd", render=mermaid.render
    ),
    "dbt": _Format(
        media_type="application/yaml; charset=utf-8", ending=".sources.yml", render=dbt.render
    ),
    "mschema": _Format(
        media_type="text/plain; charset=utf-8", ending=".mschema.txt", render=mschema.render
    ),
    "comments": _Format(
        media_type="application/sql; charset=utf-8", ending=".comments.sql", render=comments.render
    ),
}
FORMATS: Final = tuple(_FORMATS)
