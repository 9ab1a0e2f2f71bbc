"""What is exported, read by the tools of its format."""

import json
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from catalog.context import Context, DomainContext, Text
from catalog.model import Column, ForeignKey, Snapshot, Table
from catalog.readers import live
from catalog.renderings import formats, joins, mermaid
from demo import database
from tests import npm
from tests.settings import TestSettings

pytestmark = pytest.mark.integration

HERE = Path(__file__).parent
ODD = ("Order Lines", "order-lines", 'a"b{{x}}', "PK", "1st", "größe", "%%{init: {}}%%", "a`|<i>")
PROFILE = "check:\n  target: dev\n  outputs:\n    dev: {type: duckdb, path: ':memory:'}\n"
PROJECT = "name: check\nversion: '1.0'\nprofile: check\nmodel-paths: [models]\n"


def odd() -> Snapshot:
    """Tables whose names mean something elsewhere, each referring to the one before."""
    tables = []
    for before, name in zip((ODD[-1], *ODD), ODD, strict=False):
        columns = tuple(Column(name=column, type="varchar(9)", nullable=False) for column in ODD)
        key = ForeignKey(columns=(name,), target=before, target_columns=(before,))
        tables.append(Table(name=name, columns=columns, primary_key=(name,), foreign_keys=(key,)))
    return Snapshot(dialect="postgresql", database="odd", tables=tuple(tables))


def company(folder: Path) -> Snapshot:
    database.build(folder / "demo.db")
    return live.read(f"sqlite:///{folder / 'demo.db'}", allowed_directories=(folder,))


def context(snapshot: Snapshot) -> Context:
    about = Text(text='It {{ holds }} "things": {% x %}.', source="model", confidence="low")
    ids = tuple(table.id for table in snapshot.tables)
    return Context(
        database=snapshot.database, dialect=snapshot.dialect, engine="ollama", model="m",
        language="en", description="D.", summary="S.", insights=(), prompts=(),
        domains=(DomainContext(name="All %%", description=about, tables=ids),), tables=(),
    )  # fmt: skip


class TestMermaid:
    def test_reads_every_diagram(self, tmp_path: Path) -> None:
        """Of whole schemas, of domains and of Markdown, with names that are words of its own."""
        npm.require(HERE, ci=TestSettings().ci)
        diagrams = []
        for snapshot in (company(tmp_path), odd()):
            written = context(snapshot)
            diagrams.append(formats.render("mermaid", snapshot, written).text)
            diagrams.append(mermaid.of_domain(snapshot, written, "All %%") or "")
            diagrams += mermaid.diagrams(snapshot.tables, joins.Joins(joins.of(snapshot)))
        done = subprocess.run(
            [npm.NODE or "node", "parse.mjs"],
            cwd=HERE,
            input=json.dumps([*diagrams, "erDiagram\n  A {"]),
            capture_output=True,
            text=True,
            check=True,
        )
        *read, broken = json.loads(done.stdout)

        assert ["er"] * len(diagrams) == read
        assert "error" in broken.lower()


class TestDbt:
    def test_reads_every_source(self, tmp_path: Path) -> None:
        """Each table is a source, whatever it is called; dbt is no dependency, so it may lack."""
        dbt = shutil.which("dbt")
        if dbt is None:
            pytest.skip("no dbt on the PATH (dbt-core and dbt-duckdb)")
        snapshot = odd()
        tables = (*snapshot.tables, *company(tmp_path).tables)
        both = replace(snapshot, tables=tables)
        (tmp_path / "models").mkdir()
        files = {
            "profiles.yml": PROFILE,
            "dbt_project.yml": PROJECT,
            "models/schema.yml": formats.render("dbt", both, context(both)).text,
        }
        for name, text in files.items():
            (tmp_path / name).write_text(text)
        done = subprocess.run(
            [dbt, "--no-send-anonymous-usage-stats", "--quiet", "ls", "--profiles-dir", ".",
             "--resource-type", "source"],
            cwd=tmp_path, capture_output=True, text=True, check=False,
        )  # fmt: skip

        assert 0 == done.returncode, done.stdout
        assert len(tables) == done.stdout.count("source:check.")
