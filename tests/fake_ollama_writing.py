"""How the fake Ollama answers a prompt: load, read, write token by token."""

from collections.abc import Callable
from typing import Any

from tests import fake_ollama_faults as faults
from tests import fake_ollama_rules as rules
from tests import fake_ollama_script as script
from tests import fake_ollama_text as texts
from tests import fake_ollama_wire as wire
from tests.fake_ollama_faults import State
from tests.fake_ollama_handler import Handler
from tests.fake_ollama_script import Answer, Call, Fault

DEFAULT_CONTEXT = 4096
Refuse = Callable[[dict[str, Any], dict[str, tuple[str, ...]]], rules.Refusal | None]


def write(state: State, exchange: Handler, call: Call, refuse: Refuse, *, empty: bool) -> None:
    """Answer a chat or a completion; an empty one only loads the model."""
    if refusal := refuse(call.body, state.models):
        exchange.refuse(call, *refusal)
        return
    context = context_of(call)
    if empty:
        _load(state, exchange, call, context)
        exchange.send(call, wire.last_line(call, "", reason="load", counts=None))
        return
    answer = state.next_answer(call)
    if faults.breaks_first(exchange, call, answer):
        return
    _load(state, exchange, call, context)
    if texts.tokens(call.body) >= context and not _may_truncate(call):
        exchange.refuse(call, 400, rules.TOO_LONG)
        return
    if answer.fault is Fault.TRUNCATED:
        state.loaded[rules.tagged(call.body["model"])] = texts.tokens(call.body) // 4
    exchange.wait(answer.first_seconds)
    pieces, reason = script.pieces(call.body, answer, limit=_limit(call, context))
    counts = wire.counts(call, answer, written=len(pieces), context=context)
    if not call.body.get("stream", True):
        whole = wire.last_line(call, "".join(pieces), reason=reason, counts=counts)
        exchange.send(call, whole)
    elif _streamed(exchange, call, answer, pieces):
        faults.finish(exchange, call, wire.last_line(call, "", reason=reason, counts=counts))


def context_of(call: Call) -> int:
    """Return how many tokens of prompt and answer the model holds."""
    return int(call.body.get("options", {}).get("num_ctx", DEFAULT_CONTEXT))


def _streamed(exchange: Handler, call: Call, answer: Answer, pieces: list[str]) -> bool:
    """Send the pieces; False when the stream was broken off as told."""
    exchange.start_stream(call)
    if answer.thinking and call.body.get("think", True):
        exchange.send_line(call, wire.line(call, "", thinking=answer.thinking))
    faulty = answer.fault not in faults.OF_THE_END
    told = pieces[: answer.after_chunks] if faulty else pieces
    for left, piece in zip(range(len(told), 0, -1), told, strict=True):
        while left == 1 and not (answer.let_go or exchange.owner.stopping):
            exchange.wait(0.02)
        exchange.send_line(call, wire.line(call, piece))
        exchange.wait(answer.chunk_seconds)
    if faulty:
        faults.break_off(exchange, call, answer)
    return not faulty


def _load(state: State, exchange: Handler, call: Call, context: int) -> None:
    """Load the model; another context length than before loads it again."""
    name = rules.tagged(call.body["model"])
    if state.loaded.get(name) == context:
        return
    state.loaded.pop(name, None)
    exchange.wait(state.load_seconds)
    state.loaded[name] = context


def _may_truncate(call: Call) -> bool:
    return bool(call.body.get("truncate", True) and call.body.get("shift", True))


def _limit(call: Call, context: int) -> int:
    """Return the most tokens of an answer; without shifting, the context ends it."""
    left = context - texts.tokens(call.body)
    if call.body.get("shift", True):
        return call.limit
    return left if call.limit < 0 else min(call.limit, left)
