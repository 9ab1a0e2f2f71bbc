"""Schemas of real projects, in real databases, through the whole product."""

import re
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from stack import local
from tests import people, services
from tests.settings import TestSettings

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(180)]

POSTGRES = {
    "chinook": (["chinook/Chinook_PostgreSql.sql"], 11),
    "sakila": (["sakila/postgres-sakila-schema.sql"], 15),  # six are partitions of one
    "northwind": (["northwind/northwind.sql"], 14),
    "danbooru": (["danbooru/structure.sql"], 66),
    "spider-union": (
        ["spider-union/spider_union_tables.sql", "spider-union/spider_union_fks_pg.sql"],
        876,
    ),
}
OTHERS = {
    "chinook-sqlite": ("sqlite", "chinook/Chinook_Sqlite.sql", 11),
    "sakila-sqlite": ("sqlite", "sakila/sqlite-sakila-schema.sql", 16),
    "spider-union-sqlite": ("sqlite", "spider-union/spider_union_tables.sql", 876),
    "sakila-mariadb": ("mariadb", "sakila/mysql-sakila-schema.sql", 16),
}


def client(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        services.missing(f"no {name} client to load the schema with", ci=TestSettings().ci)
    return found


def load_postgres(url: str, files: list[Path]) -> str:
    """Run the scripts with psql, less what would leave our database for one of their own."""
    leaving = re.compile(r"^(DROP DATABASE|CREATE DATABASE|\\c ).*$", re.MULTILINE)
    for file in files:
        script = leaving.sub("", file.read_text(encoding="utf-8-sig"))
        command = [client("psql"), "-q", "-d", url, "-f", "-"]
        subprocess.run(command, input=script.encode(), capture_output=True, check=True)
    return url


def load_mariadb(url: str, file: Path) -> str:
    parsed = sa.make_url(url)
    script = file.read_text()
    # The script makes a schema of its own name; ours is the one to read.
    script = script.replace("sakila", parsed.database or "")
    subprocess.run(
        [client("mariadb"), "--protocol=tcp", f"-h{parsed.host}", f"-P{parsed.port}",
         f"-u{parsed.username}", parsed.database or ""],
        input=script.encode(),
        capture_output=True,
        check=True,
    )  # fmt: skip
    return url


def load_sqlite(path: Path, file: Path) -> str:
    connection = sqlite3.connect(path)
    connection.executescript(file.read_text(encoding="utf-8-sig"))
    connection.close()
    return f"sqlite:///{path}"


@pytest.fixture
def generates(person: people.Person) -> Callable[[str, int], None]:
    """Generate from a URL and check that a whole context comes out."""

    def generate(url: str, tables: int) -> None:
        project_id = person.project({"kind": "url", "url": url})
        events = person.follow(person.generate(project_id)["id"])

        assert "complete" == events[-1]["step"], events[-1]["message"]
        assert tables == events[-1]["data"]["stats"]["tables"]
        context = person.api.get(f"/projects/{project_id}/context").json()["context"]
        snapshot = person.api.get(f"/projects/{project_id}/schema").json()["snapshot"]
        described = {
            (table["id"], column["name"])
            for table in context["tables"]
            for column in table["columns"]
            if table["description"]["text"] and column["description"]["text"]
        }
        read = {(t["id"], c["name"]) for t in snapshot["tables"] for c in t["columns"]}
        assert read == described
        prompts = [prompt for prompt in events[-1]["data"]["initialPrompts"] if prompt["sql"]]
        assert len(prompts) >= 6
        # By the database that the SQL is for, not by a copy of its schema.
        assert all("exist; planned by " in prompt["check"] for prompt in prompts)
        assert not any("empty copy" in prompt["check"] for prompt in prompts)

    return generate


class TestPostgres:
    @pytest.mark.parametrize("name", POSTGRES)
    def test_generates_to_complete(
        self,
        name: str,
        shared_data: Path,
        postgres_url: str,
        generates: Callable[[str, int], None],
    ) -> None:
        """Every table and column gets a text, and six prompts or more have SQL."""
        files, tables = POSTGRES[name]
        url = load_postgres(postgres_url, [shared_data / "schemas" / file for file in files])

        generates(url, tables)


class TestOthers:
    @pytest.mark.parametrize("name", OTHERS)
    def test_generates_to_complete(
        self,
        name: str,
        shared_data: Path,
        stack: local.Stack,
        generates: Callable[[str, int], None],
        request: pytest.FixtureRequest,
    ) -> None:
        """The same from SQLite files and from MariaDB."""
        kind, file, tables = OTHERS[name]
        script = shared_data / "schemas" / file
        if kind == "mariadb":
            url = load_mariadb(request.getfixturevalue("mariadb_url"), script)
        else:
            directory = stack.data_dir / "sources"
            directory.mkdir(exist_ok=True)
            url = load_sqlite(directory / f"{name}.db", script)

        generates(url, tables)
