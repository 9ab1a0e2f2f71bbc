"""Settings that cannot be used, told in the words of whoever set them."""

import annotated_types
import pydantic
from pydantic_core import ErrorDetails

_PREFIX = "Value error, "  # pydantic's, before the words of our own validators
_BOUNDS = frozenset({"greater_than_equal", "less_than_equal"})


def describe(error: pydantic.ValidationError, model: type[pydantic.BaseModel]) -> str:
    """Return a line `SETTING: cause` for each wrong setting of `model`, without any value.

    What was given may be a secret that a typing mistake put where a number belongs.
    """
    found = error.errors(include_url=False, include_input=False)
    return "\n".join(_line(each, model) for each in found)


def _line(details: ErrorDetails, model: type[pydantic.BaseModel]) -> str:
    cause = details["msg"].removeprefix(_PREFIX)
    if not details["loc"]:
        return cause  # about several settings: the validator names them itself
    field = str(details["loc"][0])
    if details["type"] in _BOUNDS:
        lowest, highest = _bounds(field, model)
        if lowest is not None and highest is not None:
            cause = f"The value is out of {lowest}..{highest}."
    return f"{field.upper()}: {cause}"


def _bounds(field: str, model: type[pydantic.BaseModel]) -> tuple[object, object]:
    metadata = model.model_fields[field].metadata if field in model.model_fields else []
    lowest = next((each.ge for each in metadata if isinstance(each, annotated_types.Ge)), None)
    highest = next((each.le for each in metadata if isinstance(each, annotated_types.Le)), None)
    return lowest, highest
