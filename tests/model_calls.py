"""A call of a model as it is stored."""

from datetime import UTC, datetime

from contract.steps import Step
from store.model_calls import ModelCall

CALL = ModelCall(
    step=Step.ANALYZING,
    model="m:8b",
    host="gpu:11434",
    started_at=datetime.now(UTC),
    seconds=3.0,
    first_seconds=0.5,
    outcome="done",
    prompt_tokens=100,
    output_tokens=50,
    load_seconds=0.25,
    prompt_seconds=0.5,
    output_seconds=2.0,
)
