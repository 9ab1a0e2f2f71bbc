"""Why a schema could not be read: one small family for all readers."""

from collections.abc import Sequence
from typing import ClassVar


class SourceError(Exception):
    """A schema could not be read; carries a code, the cause and the remedy, never a credential."""

    code: ClassVar[str] = "database_refused"

    def __init__(self, message: str, *, remedy: str) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy


class UnreachableError(SourceError):
    """Nothing answered at the database's address in time."""

    code: ClassVar[str] = "database_unreachable"


class RefusedError(SourceError):
    """The source answered, or was looked at, and may not or cannot be read."""

    code: ClassVar[str] = "database_refused"


class EmptySchemaError(SourceError):
    """The source was read and has no tables."""

    code: ClassVar[str] = "schema_empty"


class UnknownDialectError(RefusedError):
    """There is no SQL dialect of this name."""

    def __init__(self, dialect: str, known: Sequence[str]) -> None:
        super().__init__(
            f"There is no SQL dialect called {dialect[:60]!r}.",
            remedy=f"Use one of: {', '.join(known)}.",
        )
        self.dialect = dialect
