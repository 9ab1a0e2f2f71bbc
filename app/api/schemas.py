"""Forms that all bodies share: camelCase names, times in UTC, texts that every store can keep."""

import re
from datetime import datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, PlainSerializer, WithJsonSchema
from pydantic.alias_generators import to_camel

from contract.events import format_time

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def _clean(text: str) -> str:
    # PostgreSQL cannot store a NUL, and no text of a person has one.
    if _CONTROL.search(text):
        raise ValueError("must not contain control characters")
    return text


#: Stands last in an annotation: a limit after it would count the blanks that are stripped.
CLEAN = AfterValidator(_clean)
Moment = Annotated[
    datetime,
    PlainSerializer(format_time, return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]


class Wire(BaseModel):
    """A body on the wire."""

    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, frozen=True, hide_input_in_errors=True
    )

    def dump(self) -> dict[str, Any]:
        """Return the wire form, ready for JSON."""
        return self.model_dump(mode="json", by_alias=True)


class Asked(Wire):
    """A request's body: a field that is unknown is a mistake worth telling."""

    model_config = ConfigDict(extra="forbid")


class FieldProblem(Wire):
    """One field that is not valid."""

    field: str
    message: str


class ProblemBody(Wire):
    """Why a request was not answered: `detail` names the cause, `remedy` what to do."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    remedy: str | None = None
    errors: list[FieldProblem] | None = None
