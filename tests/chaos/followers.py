"""Those who watch jobs: steady, slow, restless and polling ones, and some who want too much."""

import asyncio
import json
import random
from enum import StrEnum

from tests.chaos import wire
from tests.chaos.people import Person
from tests.chaos.records import Record

SILENCE_SECONDS = 15.0  # three heartbeats: then the connection is taken for dead
TERMINAL = ("complete", "error")
BROKEN = (OSError, TimeoutError, ValueError)


class Kind(StrEnum):
    """How somebody watches."""

    STEADY = "steady"
    SLOW = "slow"
    RESTLESS = "restless"
    POLLING = "polling"
    BRIEF = "brief"  # one connection, soon left again


class Follower:
    """Watches a person's newest job until it has ended, then the next one."""

    def __init__(
        self, person: Person, kind: Kind, *, relay_url: str, record: Record, dice: random.Random
    ) -> None:
        self._person = person
        self._kind = kind
        self._relay_url = f"{relay_url}/api/v1"
        self._record = record
        self._dice = dice
        self._connection = 0
        self._last = 0
        self._ended = False
        record.write(user=person.name, client=str(kind))

    async def live(self, stopping: asyncio.Event) -> None:
        """Watch one job after the other, until there are no more once `stopping` is set."""
        seen = 0
        stop = asyncio.create_task(stopping.wait())
        while True:
            coming = asyncio.create_task(self._person.next_job(seen))
            await asyncio.wait((coming, stop), return_when=asyncio.FIRST_COMPLETED)
            if not coming.done():
                coming.cancel()
                return
            job_id, seen = coming.result()
            await self.follow(job_id)

    async def follow(self, job_id: str) -> None:
        """Watch one job to its end, coming back as often as it takes."""
        self._last, self._ended = 0, False
        self._record.write(follows=job_id)
        while not self._ended:
            try:
                await (self._poll(job_id) if self._kind is Kind.POLLING else self._stream(job_id))
            except BROKEN as error:
                self._record.write(connection=self._connection, end=type(error).__name__)
            if self._kind is Kind.BRIEF and not self._ended:
                self._record.write(leaves=job_id)
                return
            if not self._ended:
                await asyncio.sleep(self._dice.uniform(0.1, 1.5))
        if self._kind is Kind.RESTLESS:
            await self._return(job_id)

    async def _stream(self, job_id: str) -> None:
        answer = await self._connect(job_id)
        try:
            if answer.status == 200:
                await self._read(answer)
            else:
                self._record.write(connection=self._connection, end="refused")
                self._ended = answer.status == 204
                await asyncio.sleep(1.0)
        finally:
            answer.close()

    async def _connect(self, job_id: str) -> wire.Answer:
        self._connection += 1
        headers, query = dict(self._person.headers), ""
        if self._last:
            cursor = f"{job_id}:{self._last}"
            if self._dice.random() < 0.2:
                query = f"?lastEventId={cursor}"
            else:
                headers["Last-Event-ID"] = cursor
        self._record.write(connection=self._connection, job=job_id, cursor=self._last)
        answer = await wire.get(
            f"{self._relay_url}/jobs/{job_id}/stream{query}", headers, small=self._kind is Kind.SLOW
        )
        self._record.write(connection=self._connection, status=answer.status)
        return answer

    async def _read(self, answer: wire.Answer) -> None:
        """Read to the end of the stream, or to where this client loses interest."""
        chunks, parser, data, read = wire.Chunks(), wire.Parser(), answer.rest, 0
        patience = self._dice.randint(100, 6000) if self._kind is Kind.RESTLESS else None
        clock = asyncio.get_running_loop().time
        leaves_at = clock() + self._dice.uniform(2, 5) if self._kind is Kind.BRIEF else None
        end = None
        while end is None:
            text = chunks.feed(data).decode("latin-1")
            if text:
                self._record.write(connection=self._connection, text=text)
            for event in parser.feed(text):
                self._take(event)
            read += len(data)
            bored = patience is not None and read > patience and not self._ended
            if chunks.ended:
                end = "whole"
            elif bored or (leaves_at is not None and clock() > leaves_at):
                end = "left"
            elif not (data := await self._more(answer)):
                end = "cut"
        self._record.write(connection=self._connection, end=end)

    async def _more(self, answer: wire.Answer) -> bytes:
        if self._kind is Kind.SLOW:
            await asyncio.sleep(self._dice.uniform(0.05, 0.5))
        async with asyncio.timeout(SILENCE_SECONDS):
            size = 2048 if self._kind is Kind.SLOW else 65536
            return await answer.reader.read(size)

    def _take(self, event: wire.Event) -> None:
        if event.name != "message":
            return
        told = json.loads(event.data)
        if "seq" in told:
            self._last = told["seq"]
            self._ended = told["step"] in TERMINAL

    async def _poll(self, job_id: str) -> None:
        path = f"/jobs/{job_id}/events?after={self._last}"
        status, body = await self._person.ask("look", path, method="GET")
        self._connection += 1
        self._record.write(
            connection=self._connection, job=job_id, cursor=self._last, status=status,
            polled=body.get("items", []),
        )  # fmt: skip
        for told in body.get("items", []):
            self._last = told["seq"]
            self._ended = told["step"] in TERMINAL
        await asyncio.sleep(0.5)

    async def _return(self, job_id: str) -> None:
        """Come back after the end, as a browser does that did not hear the last word's end."""
        try:
            answer = await self._connect(job_id)
        except BROKEN as error:
            self._record.write(connection=self._connection, end=type(error).__name__)
            return
        answer.close()
        self._record.write(connection=self._connection, end="left")
