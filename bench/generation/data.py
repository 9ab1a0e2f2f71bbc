"""The schemas that are measured: real ones from a folder beside the checkout, and the demo's."""

from dataclasses import dataclass
from pathlib import Path

from bench.stage import ROOT
from catalog.model import Snapshot
from catalog.readers import ddl, live
from demo import database

FOLDER = ROOT.parent / "shared" / "data"
DEMO = "demo"


class MissingDataError(RuntimeError):
    """A file to measure with is not there; the text names it and the way to give it."""


@dataclass(frozen=True, kw_only=True)
class Schema:
    """A schema as the text of one or more files below the data folder."""

    name: str
    files: tuple[str, ...]
    dialect: str

    def text(self, folder: Path) -> str:
        """Return the DDL text; MissingDataError."""
        parts = []
        for name in self.files:
            path = folder / "schemas" / name
            if not path.is_file():
                raise MissingDataError(f"no {path}; give the folder of it with --data FOLDER")
            parts.append(path.read_text(encoding="utf-8-sig"))
        return "\n;\n".join(parts)


SPIDER = Schema(
    name="spider-union",
    files=("spider-union/spider_union_tables.sql", "spider-union/spider_union_fks_pg.sql"),
    dialect="postgres",
)
SCHEMAS = (
    Schema(name="chinook", files=("chinook/Chinook_PostgreSql.sql",), dialect="postgres"),
    Schema(name="sakila", files=("sakila/postgres-sakila-schema.sql",), dialect="postgres"),
    Schema(name="northwind", files=("northwind/northwind.sql",), dialect="postgres"),
    Schema(name="danbooru", files=("danbooru/structure.sql",), dialect="postgres"),
    SPIDER,
)


def read(schema: Schema, folder: Path) -> Snapshot:
    """Return the snapshot that a schema's text describes; MissingDataError."""
    return ddl.read(schema.text(folder), dialect=schema.dialect, database=schema.name)


def read_demo(scratch: Path) -> Snapshot:
    """Return the snapshot of the demo database, made in `scratch`."""
    path = scratch / "demo.db"
    database.ensure(path)
    return live.read(f"sqlite:///{path}", allowed_directories=(scratch,))
