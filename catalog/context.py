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
    scores: dict[str, float] = field(default_factory=dict)  # shares from 0 to 1, seconds, tokens
    prompt_hash: str | None = None  # SHA-256 of all that the model was asked; None without a model
    profile: Profile = field(default_factory=Profile)  # what was known of values
    disclosure: Disclosure | None = None  # what was read and sent; None of old contexts
