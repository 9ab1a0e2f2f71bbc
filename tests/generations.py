"""Generations that tests run in one go, in a world of fakes, and what models were asked by them."""

import asyncio
import json
from typing import Any

from catalog.context import Context, TableContext
from tests.fakes_model import FakeModel
from worker.pipeline.generation import generate
from worker.pipeline.ports import Progress, Prompt, Request, World, Written

SHOP = Request(project="Shop")


def run(world: World, request: Request = SHOP) -> list[Progress]:
    """Return all that a generation tells."""

    async def collect() -> list[Progress]:
        return [item async for item in generate(request, world)]

    return asyncio.run(collect())


def write(world: World, request: Request = SHOP) -> Context:
    """Return the context that a generation ends with."""
    return context(run(world, request))


def context(progress: list[Progress]) -> Context:
    """Return the context with which it ended."""
    last = progress[-1]
    assert isinstance(last, Written)
    return last.context


def table(written: Context, name: str) -> TableContext:
    """Return what is written about a table."""
    return next(found for found in written.tables if found.id == name)


def facts_of(prompt: Prompt) -> dict[str, Any]:
    """Return the data that a prompt carries."""
    inside = prompt.user.partition("<schema>")[2].rpartition("</schema>")[0]
    found = json.loads(inside)
    assert isinstance(found, dict)
    return found


def describing(model: FakeModel) -> list[Prompt]:
    """Return the prompts that asked for descriptions of tables."""
    return [prompt for prompt in model.prompts if "askedFor" in prompt.user.partition("<s")[2]]
