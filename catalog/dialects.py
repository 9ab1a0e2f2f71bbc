"""SQL dialects by name: what sqlglot calls them and how they treat names."""

from typing import Final

from sqlglot.dialects.dialect import Dialect, Dialects

ALIASES: Final = {
    "postgresql": "postgres",
    "psql": "postgres",
    "mariadb": "mysql",
    "sqlite3": "sqlite",
    "mssql": "tsql",
    "sqlserver": "tsql",
}
_PRODUCTS: Final = {
    "athena": "Athena",
    "bigquery": "BigQuery",
    "clickhouse": "ClickHouse",
    "databricks": "Databricks",
    "duckdb": "DuckDB",
    "hive": "Hive",
    "mariadb": "MariaDB",
    "mysql": "MySQL",
    "oracle": "Oracle",
    "postgres": "PostgreSQL",
    "presto": "Presto",
    "redshift": "Redshift",
    "snowflake": "Snowflake",
    "spark": "Spark",
    "sqlite": "SQLite",
    "teradata": "Teradata",
    "trino": "Trino",
    "tsql": "SQL Server",
}
SQLGLOT: Final = tuple(sorted(dialect.value for dialect in Dialects if dialect.value))
_DEFAULT_SCHEMAS: Final = {
    "postgres": "public",
    "redshift": "public",
    "tsql": "dbo",
    "fabric": "dbo",
    "sqlite": "main",
    "duckdb": "main",
    "snowflake": "public",
}
_LOWER: Final = frozenset({"postgres", "redshift", "materialize", "risingwave"})


def to_sqlglot(name: str) -> str | None:
    """Return sqlglot's name for a dialect, or None when it knows no such dialect."""
    lowered = name.strip().lower()
    lowered = ALIASES.get(lowered, lowered)
    return lowered if lowered in SQLGLOT else None


def product(name: str) -> str:
    """Return what people call the database of a dialect, however its name came to be spelled."""
    lowered = name.strip().lower()
    return _PRODUCTS.get(lowered) or _PRODUCTS.get(ALIASES.get(lowered, lowered), name)


def default_schema(dialect: str) -> str | None:
    """Return the schema that unqualified names mean in a sqlglot dialect, in lower case."""
    return _DEFAULT_SCHEMAS.get(dialect)


def fold(name: str, dialect: str, *, quoted: bool) -> str:
    """Return the name as the database would store it (PostgreSQL's family lowers unquoted ones)."""
    return name.lower() if dialect in _LOWER and not quoted else name


def escapes(dialect: str) -> bool:
    """Whether a backslash escapes a quote in the strings of a sqlglot dialect."""
    return "\\" in Dialect.get_or_raise(dialect).tokenizer_class.STRING_ESCAPES
