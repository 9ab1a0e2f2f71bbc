"""What an attempt at a job writes down; each write holds the claim or fails."""

import asyncio
import contextlib
import json
from collections.abc import Callable, Sequence

import sqlalchemy as sa

from catalog import codec, fingerprints
from catalog.model import Snapshot
from contract.failures import Failure
from contract.states import JobStatus
from contract.steps import Step
from store import claims, contexts, events, model_calls
from store.database import AWAY, Database
from worker import renames
from worker.outbox import Outbox
from worker.pipeline.ports import Answered, Written

RETRY_SECONDS = 0.2
Write = Callable[[sa.Connection], events.Stored | None]


class NotBegunError(Exception):
    """The store was away before the transaction began, so nothing of it can have happened."""


class Journal:
    """Writes in threads, one short transaction each, and announces what was committed.

    A store that is away is waited for while the lease is `fresh`, then NotBegunError is raised.
    Every method raises ClaimLostError when the job is not ours any more.
    """

    def __init__(
        self,
        database: Database,
        held: claims.Claim,
        outbox: Outbox,
        *,
        lease_seconds: int,
        fresh: Callable[[], bool],
    ) -> None:
        self._database = database
        self._held = held
        self._outbox = outbox
        self._lease_seconds = lease_seconds
        self._fresh = fresh
        self._order = asyncio.Lock()
        self._calls: list[model_calls.ModelCall] = []
        self.ended: JobStatus | None = None

    def spend(self, call: model_calls.ModelCall) -> None:
        """Note what a call of a model cost; it is stored with whatever is written next."""
        self._calls.append(call)

    async def choose_engine(self, engine: str, model: str | None) -> None:
        """Write down what really runs the job."""

        def write(connection: sa.Connection) -> None:
            claims.choose_engine(connection, self._held, engine=engine, model=model)

        await self._commit(write, Step.SCANNING)

    async def report(self, report: claims.Report, answered: Sequence[Answered] = ()) -> None:
        """Store a milestone together with the answers that it stands for, then announce it."""

        def write(connection: sa.Connection) -> events.Stored:
            if answered:
                claims.keep(connection, self._held, _answers(answered))
            return claims.report(connection, self._held, report)

        await self._commit(write, report.step)

    async def keep(self, answered: Answered) -> None:
        """Store an answer that no milestone waits for."""

        def write(connection: sa.Connection) -> None:
            claims.keep(connection, self._held, _answers([answered]))

        await self._commit(write, Step.ANALYZING)

    async def snapshot(self, snapshot: Snapshot) -> None:
        """Store what was read."""

        def write(connection: sa.Connection) -> None:
            contexts.save_snapshot(
                connection,
                self._project_id,
                fingerprint=fingerprints.of_snapshot(snapshot),
                size=_size(snapshot),
                document=json.dumps(codec.snapshot_to_dict(snapshot)),
            )
            # After the insert, which waits for a deletion of the project: asking first could
            # leave the two waiting for each other.
            claims.renew(connection, self._held, lease_seconds=self._lease_seconds)

        await self._commit(write, Step.SCANNING)

    async def succeed(self, written: Written) -> None:
        """Store the context together with the `complete` milestone, then announce it."""
        told = written.context.disclosure

        def write(connection: sa.Connection) -> events.Stored:
            renames.follow(connection, self._project_id, written.snapshot)
            saved = contexts.save(
                connection,
                contexts.NewContext(
                    project_id=self._project_id,
                    job_id=self._held.job.id,
                    engine=written.context.engine,
                    model=written.context.model,
                    fingerprint=fingerprints.of_snapshot(written.snapshot),
                    document=json.dumps(codec.context_to_dict(written.context)),
                    prompt_hash=written.context.prompt_hash,
                    scores=codec.scores_to_dict(written.context.scores),
                    disclosed=told.brief() if told is not None else None,
                ),
            )
            milestone = written.milestone
            data = {**(milestone.data or {}), "contextVersion": saved.version}
            stats = None if milestone.stats is None else dict(milestone.stats)
            report = claims.Report(
                step=milestone.step,
                progress=milestone.progress,
                message=milestone.message,
                stats=stats,
                data=data,
            )
            return claims.succeed(connection, self._held, report)

        await self._commit(write, Step.COMPLETE, ends=JobStatus.SUCCEEDED)

    async def complete(self, report: claims.Report) -> None:
        """Store the `complete` milestone of a job without a context, then announce it."""

        def write(connection: sa.Connection) -> events.Stored:
            return claims.succeed(connection, self._held, report)

        await self._commit(write, Step.COMPLETE, ends=JobStatus.SUCCEEDED)

    async def fail(self, cause: Failure, *, status: JobStatus) -> None:
        """Store the `error` milestone, then announce it."""
        await self._commit(lambda c: claims.fail(c, self._held, cause), Step.ERROR, ends=status)

    @property
    def _project_id(self) -> str:
        # A project's deletion takes its jobs along, so a job without one is gone, too.
        if self._held.job.project_id is None:
            raise claims.ClaimLostError(self._held.job.id)
        return self._held.job.project_id

    async def _commit(self, write: Write, step: Step, *, ends: JobStatus | None = None) -> None:
        # Shielded: a cancellation between commit and announcement would keep a milestone from
        # everybody until the relay's next look into SQL.
        await asyncio.shield(asyncio.create_task(self._in_order(write, step, ends)))

    async def _in_order(self, write: Write, step: Step, ends: JobStatus | None) -> None:
        async with self._order:
            stored = await self._patiently(write)
            if ends is not None:
                self.ended = ends
            if stored is not None:
                self._outbox.milestone(stored, step)

    async def _patiently(self, write: Write) -> events.Stored | None:
        while True:
            try:
                return await asyncio.to_thread(self._transact, write)
            except NotBegunError:
                if not self._fresh():
                    raise
            await asyncio.sleep(RETRY_SECONDS)

    def _transact(self, write: Write) -> events.Stored | None:
        calls = tuple(self._calls)  # more may end while these are stored
        with contextlib.ExitStack() as stack:
            try:
                connection = stack.enter_context(self._database.write())
            except AWAY as error:
                raise NotBegunError from error
            # From here on nobody could tell whether a failed commit happened after all: the next
            # attempt reads what is true.
            stored = write(connection)
            model_calls.add(connection, self._held.job, calls)
        del self._calls[: len(calls)]
        return stored


def _answers(answered: Sequence[Answered]) -> dict[str, str]:
    return {each.fingerprint: json.dumps(each.value) for each in answered}


def _size(snapshot: Snapshot) -> tuple[int, int]:
    """Return the number of tables and of their columns, without views: what all texts count."""
    tables = [table for table in snapshot.tables if table.kind == "table"]
    return len(tables), sum(len(table.columns) for table in tables)
