"""GET /sub follows, POST /pub tells everybody; it runs with the packages of build/bench."""

# mypy: disable-error-code="import-not-found,unused-ignore"

import asyncio
from collections.abc import AsyncIterator

from sse_starlette import EventSourceResponse
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

queues: set[asyncio.Queue[str]] = set()


async def follow(_request: Request) -> Response:
    """Stream what is published from now on."""
    queue: asyncio.Queue[str] = asyncio.Queue()
    queues.add(queue)

    async def events() -> AsyncIterator[dict[str, str]]:
        try:
            while True:
                yield {"data": await queue.get()}
        finally:
            queues.discard(queue)

    response: Response = EventSourceResponse(events())
    return response


async def publish(request: Request) -> Response:
    """Give a message to every client's queue."""
    message = (await request.body()).decode()
    for queue in queues:
        queue.put_nowait(message)
    return Response(status_code=204)


application = Starlette(routes=[Route("/sub", follow), Route("/pub", publish, methods=["POST"])])
