"""What the pipeline needs from the world, and what it tells it."""

import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from catalog.context import Context
from catalog.model import Snapshot
from catalog.planning.verdicts import Verdict
from catalog.profile import Profile
from catalog.search.meaning import Vector
from catalog.search.passages import Passage
from catalog.structure.roles import Role
from contract.failures import Failure
from contract.steps import Step


class PortError(Exception):
    """The world behind a port failed in a way that ends the job with this failure."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.message)
        self.failure = failure


class UnusableAnswerError(PortError):
    """Nothing can be made of the model's answer; its answer to another question may do."""


class TooLongError(UnusableAnswerError):
    """The question does not fit beside its answer; a smaller one may."""


@dataclass(frozen=True, kw_only=True)
class Request:
    """What is to be written."""

    project: str  # its name
    language: str = "en"

    @property
    def english(self) -> bool:
        """Whether the texts are wanted in the language in which facts are told."""
        return self.language.lower().partition("-")[0] == "en"


@dataclass(frozen=True, kw_only=True)
class Prompt:
    """A question to a language model, to be answered with JSON."""

    system: str
    user: str
    schema: Mapping[str, Any]  # the JSON Schema that the answer must satisfy
    max_tokens: int


@dataclass(frozen=True, kw_only=True)
class Chunk:
    """A piece of an answer as it is being written; the last one has `done`."""

    text: str
    tokens: int  # written so far in this answer
    tokens_per_second: float | None = None
    done: bool = False
    prompt_tokens: int | None = None  # told by the last one, where the server counts them


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """Nothing is being written, and why; what came before of this answer counts no more."""

    message: str


class SchemaReader(Protocol):
    """Reads the project's schema."""

    async def read(self) -> Snapshot: ...


class Model(Protocol):
    """A language model; `write` raises PortError when no complete answer comes.

    `parallel` is how many answers it writes at once; `fits` tells whether a prompt leaves it room
    for the longest answer. Both stay the same for the same settings, or what was answered before
    would be asked in another form.
    """

    @property
    def name(self) -> str: ...

    @property
    def parallel(self) -> int: ...

    def fits(self, prompt: Prompt) -> bool: ...

    def write(self, prompt: Prompt) -> AsyncIterator[Chunk | Waiting]: ...


class Embedder(Protocol):
    """Makes vectors, of length 1, and keeps those of passages; PortError when it cannot.

    `embed` yields by fingerprint what was kept from earlier runs, then what it makes, as it comes.
    """

    @property
    def name(self) -> str: ...

    def embed(self, passages: Sequence[Passage]) -> AsyncIterator[Mapping[str, Vector]]: ...

    async def of_texts(self, texts: Sequence[str]) -> Sequence[Vector]: ...

    async def forget_others(self, passages: Sequence[Passage]) -> None: ...


class Profiler(Protocol):
    """Reads what may be known of the values; it always gives a profile, of its level."""

    async def profile(
        self, snapshot: Snapshot, roles: Mapping[str, Mapping[str, Role]]
    ) -> Profile: ...


class Planner(Protocol):
    """Has a database plan queries without running them; it always gives verdicts, one for each."""

    async def plan(self, snapshot: Snapshot, queries: Sequence[str]) -> Sequence[Verdict]: ...


@dataclass(frozen=True, kw_only=True)
class Present:
    """The context that a project has, and the number of its version."""

    version: int
    context: Context


class Shelf(Protocol):
    """Where the project's context is, if a generation would only write it again."""

    async def present(self, snapshot: Snapshot) -> Present | None: ...


class Memory(Protocol):
    """What models answered earlier, by the fingerprint of what they were asked."""

    async def recall(self, fingerprint: str) -> Mapping[str, Any] | None: ...


@dataclass(frozen=True, kw_only=True)
class Answered:
    """A model's answer is whole; it is to be stored at once, so that nobody asks for it again."""

    fingerprint: str
    value: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Milestone:
    """Something is truly done; it is stored and replayed for ever.

    `answered` is stored with it, or not at all: whoever sees the one can rely on the other.
    """

    step: Step
    progress: int
    message: str
    stats: Mapping[str, Any] | None = None
    data: Mapping[str, Any] | None = None
    answered: tuple[Answered, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Tick:
    """A sign of life while the model writes; losing it loses nothing."""

    step: Step
    progress: int
    message: str
    tokens: int
    tokens_per_second: float | None
    tail: str  # the end of the text being written


@dataclass(frozen=True, kw_only=True)
class Scanned:
    """The schema is read; it is to be stored before the next milestone is told."""

    snapshot: Snapshot


@dataclass(frozen=True, kw_only=True)
class Written:
    """The context is finished; it is to be stored together with its `complete` milestone."""

    snapshot: Snapshot
    context: Context
    milestone: Milestone


@dataclass(frozen=True, kw_only=True)
class Unchanged:
    """The context that is there stays as it is; its `complete` milestone is to be stored."""

    milestone: Milestone


Progress = Milestone | Tick | Scanned | Answered | Written | Unchanged


@dataclass(frozen=True, kw_only=True)
class World:
    """The ports of one run.

    Without a model the structural engine writes, without an embedder search goes by words alone.
    Without a memory the model is asked everything anew; without a planner, of SQL only the names
    are checked; without a profiler nothing is known of values; without a shelf everything
    is written, even if nothing has changed.
    """

    reader: SchemaReader
    model: Model | None = None
    embedder: Embedder | None = None
    memory: Memory | None = None
    planner: Planner | None = None
    clock: Callable[[], float] = time.monotonic  # seconds, to tell what each step took
    profiler: Profiler | None = None
    shelf: Shelf | None = None
