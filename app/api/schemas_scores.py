"""Bodies about how good a context is and what it cost."""

from pydantic import Field

from app.api.schemas import Wire


class QualityBody(Wire):
    """Shares from 0 to 1; null where there was nothing to measure.

    `coverage`: tables and columns with a text that says what it rests on. `groundedShare`:
    sentences that name only what exists and count only what was counted. `verifiedSqlShare`:
    starting prompts with SQL that passed its check. `lowConfidenceShare`: texts to be checked.
    `selfRetrieval`: starting prompts whose tables the search finds among its first ten.
    """

    coverage: float | None = None
    grounded_share: float | None = None
    verified_sql_share: float | None = None
    low_confidence_share: float | None = None
    self_retrieval: float | None = None


class StepCostBody(Wire):
    """What a step took; tokens as far as the model server counts them."""

    step: str
    seconds: float
    model_calls: int
    prompt_tokens: int
    output_tokens: int


class ScoresBody(QualityBody):
    """How good a version is as it was written, beside what facts alone would have given.

    `factsAlone` is null where no model wrote: it would say the same.
    """

    facts_alone: QualityBody | None = None
    steps: list[StepCostBody] = Field(default_factory=list)
