"""Dialects go by several names; people know one."""

import pytest

from catalog import dialects
from catalog.readers import ddl


class TestProduct:
    @pytest.mark.parametrize(
        ("name", "product"),
        [
            ("postgresql", "PostgreSQL"),
            ("postgres", "PostgreSQL"),
            (" Postgres ", "PostgreSQL"),
            ("mysql", "MySQL"),
            ("mariadb", "MariaDB"),
            ("sqlite3", "SQLite"),
            ("mssql", "SQL Server"),
            ("drill", "drill"),
        ],
    )
    def test_is_what_people_say(self, name: str, product: str) -> None:
        """However the dialect is spelled; one without a known product keeps its name."""
        assert product == dialects.product(name)

    def test_is_known_of_what_is_read_most(self) -> None:
        """No name of a source that has a driver of its own stays as a machine spells it."""
        common = ("postgres", "mysql", "mariadb", "sqlite", "tsql", "oracle", "snowflake")

        assert set(common) <= set(ddl.DIALECTS)
        assert not [name for name in common if name == dialects.product(name)]
