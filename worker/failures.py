"""What an exception that ended a job means to the person who waits for it."""

import traceback

from catalog.readers.errors import SourceError
from contract.failures import Failure, FailureCode, failure
from demo.database import NotDemoDatabaseError
from store.vault import VaultError
from worker.lease import CancelRequestedError
from worker.pipeline.ports import PortError
from worker.sources import UnknownSourceError

SAME_VERSION = failure(
    FailureCode.INTERNAL,
    "The app asks for something that this worker does not know.",
    remedy="Start workers of the same version as the app.",
)
KNOWN: dict[type[Exception], Failure] = {
    CancelRequestedError: failure(FailureCode.CANCELLED, "The job was cancelled."),
    VaultError: failure(
        FailureCode.DATABASE_REFUSED,
        "The stored connection cannot be decrypted: CREDENTIALS_KEYS lost its key.",
        remedy="Put the old key back after the new one, or enter the connection again.",
    ),
    NotDemoDatabaseError: failure(
        FailureCode.DATABASE_REFUSED,
        "Where the demo database should be is a file that is not the demo database.",
        remedy="Move it away, or set DEMO_DATABASE to another place.",
    ),
    UnknownSourceError: SAME_VERSION,
}


def of(error: Exception) -> Failure:
    """Return how the job failed; an unforeseen error is `internal` and its text stays here."""
    if isinstance(error, PortError):
        return error.failure
    if isinstance(error, SourceError):
        return failure(FailureCode(error.code), error.message, remedy=error.remedy)
    unforeseen = failure(FailureCode.INTERNAL, "Something unexpected went wrong in the worker.")
    return KNOWN.get(type(error), unforeseen)


def trace(error: BaseException) -> str:
    """Return where the error and its causes happened: types and lines of code, no texts.

    The texts of drivers' errors may quote addresses, statements or passwords.
    """
    parts: list[str] = []
    seen: set[int] = set()
    link: BaseException | None = error
    while link is not None and id(link) not in seen:  # causes may go round in a circle
        seen.add(id(link))
        frames = "".join(traceback.format_tb(link.__traceback__))
        parts.append(f"{type(link).__module__}.{type(link).__qualname__}\n{frames}")
        link = link.__cause__ or link.__context__
    return "caused by ".join(parts)
