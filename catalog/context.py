"""The context: what Schemalore writes about a database, as frozen values with their JSON form."""

from dataclasses import dataclass, field
from typing import Literal

from catalog.profile import Disclosure, Profile

TextSource = Literal["comment", "model", "template", "person"]
Confidence = Literal["high", "medium", "low"]


@dataclass(frozen=True, kw_only=True)
class Text:
    """A written text with where it came from and how far to trust it."""

    text: str
    source: TextSource
    confidence: Confidence
    evidence: tuple[str, ...] = ()  # short phrases: "foreign key", "comment", "name", ...


@dataclass(frozen=True, kw_only=True)
class ColumnContext:
    """What a column means."""

    name: str
    description: Text
    role: str  # a value of catalog.structure.roles.Role


@dataclass(frozen=True, kw_only=True)
class TableContext:
    """What a table means."""

    id: str  # catalog.model.Table.id
    description: Text
    domain: str | None
    columns: tuple[ColumnContext, ...]


@dataclass(frozen=True, kw_only=True)
class DomainContext:
    """A group of tables that belong together."""

    name: str
    description: Text
    tables: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Insight:
    """A statement about the database whose numbers were computed, with the facts behind it."""

    text: str
    evidence: tuple[str, ...]
    source: TextSource = "template"


@dataclass(frozen=True, kw_only=True)
class StartingPrompt:
    """A question to start with; `sql` is only there when its check passed."""

    question: str
    sql: str | None
    tables: tuple[str, ...]
    difficulty: Literal["easy", "medium", "hard"]
    check: str  # e.g. "parsed; tables and columns exist", or why there is no SQL
    source: TextSource = "template"


@dataclass(frozen=True, kw_only=True)
class Quality:
    """How good a context is, in shares from 0 to 1; None where there was nothing to measure.

    `coverage`: tables and columns with a text that says what it rests on. `groundedShare`:
    sentences that name only what exists and count only what was counted. `verifiedSqlShare`:
    starting prompts with SQL that passed its check. `lowConfidenceShare`: texts to be checked.
    `selfRetrieval`: starting prompts whose tables the index finds among its first ten.
    """

    coverage: float | None = None
    grounded_share: float | None = None
    verified_sql_share: float | None = None
    low_confidence_share: float | None = None
    self_retrieval: float | None = None


@dataclass(frozen=True, kw_only=True)
class StepCost:
    """What a step of a generation took; tokens as far as the model server counts them."""

    step: str
    seconds: float = 0.0
    model_calls: int = 0  # answers that were recalled are none
    prompt_tokens: int = 0
    output_tokens: int = 0


@dataclass(frozen=True, kw_only=True)
class Scores(Quality):
    """How good a context is, beside what facts alone would have given, and what it cost."""

    facts_alone: Quality | None = None
    steps: tuple[StepCost, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Context:
    """The whole of what was written about one snapshot."""

    database: str
    dialect: str
    engine: str  # "structural" or "ollama"
    model: str | None
    language: str
    description: str  # paragraphs separated by blank lines (`aiGeneratedContext` on the wire)
    summary: str  # two or three sentences (`contextSummary`)
    insights: tuple[Insight, ...]
    prompts: tuple[StartingPrompt, ...]  # `initialPrompts`
    domains: tuple[DomainContext, ...]
    tables: tuple[TableContext, ...]
    stats: dict[str, int] = field(default_factory=dict)  # tables, columns, relationships, ...
    notes: tuple[str, ...] = ()  # what was read and sent, what could not be read
    scores: Scores = field(default_factory=Scores)
    prompt_hash: str | None = None  # SHA-256 of all that the model was asked; None without a model
    profile: Profile = field(default_factory=Profile)  # what was known of values
    disclosure: Disclosure | None = None  # what was read and sent; None of old contexts
    labels: dict[str, str] = field(default_factory=dict)  # by the English ones of catalog.labels
