"""Where a new project's schema comes from, as the command line says it."""

import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

import typer


def choose(*, demo: bool, url: str, ddl: Path | None, dialect: str) -> Mapping[str, str]:
    """Return the source of a new project; BadParameter when it is none, several, or careless."""
    if [demo, bool(url), ddl is not None].count(True) != 1:
        raise typer.BadParameter("Give one of --demo, --url or --ddl.")
    if demo:
        return {"kind": "demo"}
    if ddl is not None:
        return {"kind": "ddl", "dialect": dialect, "ddl": _ddl(ddl, dialect)}
    if url == "-":
        return {"kind": "url", "url": _typed_url()}
    if urlsplit(url).password:
        raise typer.BadParameter(
            "A password on the command line is shown to others on this machine and kept in the "
            "shell's history. Give `--url -` and type the URL when asked, or pipe it in."
        )
    return {"kind": "url", "url": url}


def _ddl(path: Path, dialect: str) -> str:
    if not dialect:
        raise typer.BadParameter("--ddl needs --dialect, for example --dialect postgres.")
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise typer.BadParameter(f"{path} is not a text in UTF-8.") from None
    if not text.strip():
        raise typer.BadParameter(f"{path} is empty.")
    return text


def _typed_url() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().strip()
    return str(typer.prompt("Database URL", hide_input=True))
