"""The faults of a link, on real connections."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from tests.chaos.proxy import Link

pytestmark = pytest.mark.integration

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


def on_a_link(test: Callable[[Link], Awaitable[None]]) -> None:
    """Run a test with a link in front of a server that sends everything back."""

    async def run() -> None:
        async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            with contextlib.suppress(OSError):
                while data := await reader.read(1000):
                    writer.write(data)
            writer.close()

        server = await asyncio.start_server(echo, "127.0.0.1", 0)
        link = Link(server.sockets[0].getsockname()[1])
        await link.open()
        try:
            await test(link)
        finally:
            await link.close()
            server.close()

    asyncio.run(run())


@contextlib.asynccontextmanager
async def client(link: Link) -> AsyncIterator[Streams]:
    reader, writer = await asyncio.open_connection("127.0.0.1", link.port)
    try:
        yield reader, writer
    finally:
        writer.transport.abort()


async def said(streams: Streams, text: bytes, *, within: float = 5.0) -> bytes:
    """Send a text and return as much as comes back, b"" at the end of the connection."""
    reader, writer = streams
    writer.write(text)
    async with asyncio.timeout(within):
        return await reader.read(1000)


class TestLink:
    def test_passes_bytes_both_ways(self) -> None:
        """Without faults nobody notices it."""

        async def test(link: Link) -> None:
            async with client(link) as streams:
                assert b"hello" == await said(streams, b"hello")

        on_a_link(test)

    def test_stalls_and_lets_everything_through_afterwards(self) -> None:
        """A stall keeps bytes back, a healed link delivers them."""

        async def test(link: Link) -> None:
            async with client(link) as streams:
                await said(streams, b"one")
                link.stall()
                with pytest.raises(TimeoutError):
                    await said(streams, b"two", within=0.3)
                link.heal()
                assert b"two" == await said(streams, b"")

        on_a_link(test)

    def test_silences_what_is_open_and_nothing_new(self) -> None:
        """A half-open connection says nothing and breaks when the link is healed."""

        async def test(link: Link) -> None:
            async with client(link) as old:
                await said(old, b"one")
                link.silence()
                with pytest.raises(TimeoutError):
                    await said(old, b"two", within=0.3)
                async with client(link) as new:
                    assert b"three" == await said(new, b"three")
                link.heal()
                with pytest.raises(ConnectionResetError):
                    await said(old, b"")

        on_a_link(test)

    def test_cuts_after_some_bytes(self) -> None:
        """The client gets so many bytes more, and then a broken connection."""

        async def test(link: Link) -> None:
            async with client(link) as (reader, writer):
                await said((reader, writer), b"one")
                link.cut(4)
                writer.write(b"abcdefgh")
                with pytest.raises(ConnectionResetError):
                    await reader.readexactly(5)

        on_a_link(test)

    def test_resets(self) -> None:
        """Every open connection breaks, the next one works."""

        async def test(link: Link) -> None:
            async with client(link) as streams:
                await said(streams, b"one")
                link.reset()
                with pytest.raises(ConnectionResetError):
                    await said(streams, b"two")
            async with client(link) as streams:
                assert b"three" == await said(streams, b"three")

        on_a_link(test)

    def test_slices_and_delays(self) -> None:
        """Bytes come late and in pieces, and all of them in order."""

        async def test(link: Link) -> None:
            link.slice()
            link.delay(0.01)
            text = b"a text of some length, to be cut"
            async with client(link) as (reader, writer):
                writer.write(text)
                pieces = [await reader.read(1000)]
                while len(b"".join(pieces)) < len(text):
                    pieces.append(await reader.read(1000))
                assert (text, True) == (b"".join(pieces), len(pieces) > 1)

        on_a_link(test)

    def test_hands_the_end_of_a_connection_on(self) -> None:
        """Who closes is noticed on the other side."""

        async def test(link: Link) -> None:
            async with client(link) as (reader, writer):
                await said((reader, writer), b"one")
                writer.write_eof()
                assert b"" == await asyncio.wait_for(reader.read(), 5)

        on_a_link(test)
