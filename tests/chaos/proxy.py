"""A TCP link that can be made bad: late, sliced, stalled, half-open, cut, reset."""

import asyncio
import socket
import struct
from dataclasses import dataclass, field

_NO_LINGER = struct.pack("ii", 1, 0)
BLOCK_BYTES = 65536
SLICE_BYTES = 7
SLICE_SECONDS = 0.002
LARGEST_SLICED_BYTES = 4096  # of a block; the rest goes at once, or a big event took minutes


@dataclass(eq=False)
class Pair:
    """One client's connection and ours to the server behind the link."""

    client: asyncio.StreamWriter
    server: asyncio.StreamWriter
    silent: bool = False  # both ends think it lives, and nothing comes through
    bytes_left: int | None = None  # towards the client, before it is cut
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    def abort(self) -> None:
        """Break both connections at once."""
        self.ended.set()
        for writer in (self.client, self.server):
            _break(writer)


class Link:
    """Listens on a port of its own and passes bytes to and from `target_port`."""

    def __init__(self, target_port: int) -> None:
        self.port = 0
        self.carried = 0  # connections so far
        self._target_port = target_port
        self._pairs: set[Pair] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._delay_seconds = 0.0
        self._sliced = False
        self._flowing = asyncio.Event()
        self._flowing.set()
        self._server: asyncio.Server | None = None

    async def open(self) -> None:
        """Listen from now on."""
        self._server = await asyncio.start_server(self._meet, "127.0.0.1", self.port, backlog=512)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Break what is open and listen no more."""
        if self._server is not None:
            self._server.close()
        self.heal()
        self.reset()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def delay(self, seconds: float) -> None:
        """Hold every block back for so long."""
        self._delay_seconds = seconds

    def slice(self) -> None:
        """Pass on a few bytes at a time."""
        self._sliced = True

    def stall(self) -> None:
        """Pass nothing on until `heal`; then everything that waited."""
        self._flowing.clear()

    def silence(self) -> None:
        """Let nothing come through what is open now; `heal` breaks these. New ones work."""
        for pair in self._pairs:
            pair.silent = True

    def cut(self, after_bytes: int) -> None:
        """Break each open connection after so many more bytes towards its client."""
        for pair in self._pairs:
            pair.bytes_left = after_bytes

    def reset(self) -> None:
        """Break every open connection now."""
        for pair in list(self._pairs):
            pair.abort()

    def heal(self) -> None:
        """Be a good link again; what was half-open is found to be broken."""
        self._delay_seconds, self._sliced = 0.0, False
        for pair in list(self._pairs):
            if pair.silent or pair.bytes_left is not None:
                pair.abort()
        self._flowing.set()

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        try:
            behind, server = await asyncio.open_connection("127.0.0.1", self._target_port)
        except OSError:
            _break(writer)  # as a port does on which nobody listens
            return
        pair = Pair(writer, server)
        self._pairs.add(pair)
        self.carried += 1
        try:
            await asyncio.gather(
                self._pump(pair, reader, server), self._pump(pair, behind, writer, back=True)
            )
        finally:
            self._pairs.discard(pair)
            pair.abort()

    async def _pump(
        self,
        pair: Pair,
        source: asyncio.StreamReader,
        sink: asyncio.StreamWriter,
        *,
        back: bool = False,
    ) -> None:
        try:
            while data := await source.read(BLOCK_BYTES):
                for piece in self._pieces(data):
                    await self._weather(pair)
                    await self._pass(pair, piece, sink, back=back)
            await self._weather(pair)
            sink.write_eof()
        except OSError:
            pair.abort()  # what one side broke is broken for the other

    def _pieces(self, data: bytes) -> list[bytes]:
        if not self._sliced:
            return [data]
        head = data[:LARGEST_SLICED_BYTES]
        pieces = [head[at : at + SLICE_BYTES] for at in range(0, len(head), SLICE_BYTES)]
        return [*pieces, *([data[len(head) :]] if len(data) > len(head) else [])]

    async def _weather(self, pair: Pair) -> None:
        if self._delay_seconds:
            await asyncio.sleep(self._delay_seconds)
        if self._sliced:
            await asyncio.sleep(SLICE_SECONDS)
        await self._flowing.wait()
        if pair.silent:
            await pair.ended.wait()
        if pair.ended.is_set():
            raise ConnectionAbortedError

    async def _pass(
        self, pair: Pair, data: bytes, sink: asyncio.StreamWriter, *, back: bool
    ) -> None:
        if back and pair.bytes_left is not None:
            data = data[: pair.bytes_left]
            pair.bytes_left -= len(data)
        sink.write(data)
        await sink.drain()
        if pair.bytes_left == 0:
            pair.abort()


def _break(writer: asyncio.StreamWriter) -> None:
    """Reset the connection: without a linger time of zero it would end in good order."""
    sock = writer.get_extra_info("socket")
    if sock is not None and sock.fileno() >= 0:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
    writer.transport.abort()
