"""A context, a job and lists of them, printed for people."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from client import texts

# The terminals that have room for a table beside one whole id, and beside two.
_WIDE_FOR_JOBS, _WIDE_FOR_PROJECTS = 120, 150
_WHOLE = frozenset(
    {"Id", "Progress", "Status", "Tables", "Columns", "Context", "Running job", "Created"}
)


def show_context(answer: Mapping[str, Any], *, console: Console) -> None:
    """Print summary, insights and starting prompts of a context."""
    context = answer["context"]
    engine = " ".join(filter(None, [answer.get("engine"), answer.get("model")]))
    _heading(f"Summary (version {answer['version']}, {engine})", console=console)
    _paragraph(context["summary"], console=console)
    if answer.get("stale"):
        _paragraph("The schema has changed since; generate again.", console=console)
    _heading("Key insights", console=console)
    for insight in context["insights"]:
        _paragraph(f"• {insight['text']}", console=console)
    _heading("Questions to start with", console=console)
    for number, prompt in enumerate(context["prompts"], start=1):
        _paragraph(f"{number}. {prompt['question']}", console=console)
        if prompt.get("sql"):
            _print(prompt["sql"], console=console, left=6, style="cyan")
        _print(f"check: {prompt['check']}", console=console, left=6, style="dim")


def show_projects(projects: Iterable[Mapping[str, Any]], *, console: Console) -> None:
    """Print projects: a table where it fits, else two lines for each."""
    columns = {
        "Id": "id",
        "Name": "name",
        "Tables": "tables",
        "Columns": "columns",
        "Context": "contextVersion",
        "Running job": "activeJobId",
        "Database": "location",
    }
    if console.width >= _WIDE_FOR_PROJECTS:
        _table(columns, projects, console=console)
    else:
        _pairs(columns, projects, first=("id", "name"), console=console)


def show_jobs(jobs: Iterable[Mapping[str, Any]], *, console: Console) -> None:
    """Print jobs: a table where it fits, else two lines for each."""
    columns = {
        "Id": "id",
        "Status": "status",
        "Progress": "progress",
        "Engine": "engine",
        "Created": "createdAt",
        "Message": "message",
    }
    if console.width >= _WIDE_FOR_JOBS:
        _table(columns, jobs, console=console)
    else:
        _pairs(columns, jobs, first=("id", "status", "progress"), console=console)


def show_job(job: Mapping[str, Any], *, console: Console) -> None:
    """Print everything known about a job, a line for each."""
    for name, value in job.items():
        if value not in (None, {}, []):
            console.print(Text(f"{name + ':':20} {texts.line(value)}"), soft_wrap=True)


def _table(
    columns: Mapping[str, str], rows: Iterable[Mapping[str, Any]], *, console: Console
) -> None:
    table = Table(box=None, pad_edge=False)
    for title in columns:
        # An id that is cut short is of no use to the next command.
        table.add_column(Text(title), no_wrap=title in _WHOLE, overflow="fold")
    for row in rows:
        table.add_row(*[Text(_cell(name, row.get(name))) for name in columns.values()])
    console.print(table)


def _pairs(
    columns: Mapping[str, str],
    rows: Iterable[Mapping[str, Any]],
    *,
    first: tuple[str, ...],
    console: Console,
) -> None:
    """Print each row as a line of its `first` fields and, indented, the others with their names."""
    for row in rows:
        cells = {name: _cell(name, row.get(name)) for name in columns.values()}
        head = [cells[name] for name in first]
        rest = [
            f"{title.lower()} {cells[name]}"
            for title, name in columns.items()
            if cells[name] and name not in first
        ]
        console.print(Text("  ".join(filter(None, head)), overflow="fold"))
        if rest:
            below = Text(", ".join(rest), style="dim", overflow="fold")
            console.print(Padding(below, (0, 0, 0, 2)))


def _cell(name: str, value: object) -> str:
    text = "" if value is None else texts.line(value)
    if name.endswith("At"):
        return re.sub(r"\.\d+", "", text)  # fractions of a second tell nobody anything
    return f"{text} %" if name == "progress" and text else text


def _heading(text: str, *, console: Console) -> None:
    console.print()
    console.print(Text(texts.line(text), style="bold"))


def _paragraph(text: str, *, console: Console) -> None:
    _print(text, console=console, left=2)


def _print(text: str, *, console: Console, left: int, style: str = "") -> None:
    # Text, not str: square brackets in a name would be read as markup.
    shown = Text(texts.clean(text), style=style)
    if console.is_terminal:
        console.print(Padding(shown, (0, 0, 0, left)))
        return
    for each in shown.split("\n"):  # in a file, lines are as long as they are
        console.print(Text(" " * left) + each, soft_wrap=True)
