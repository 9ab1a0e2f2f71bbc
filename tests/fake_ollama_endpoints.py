"""What the fake Ollama does for each path."""

from collections.abc import Callable
from typing import Any

from tests import fake_ollama_faults as faults
from tests import fake_ollama_rules as rules
from tests import fake_ollama_text as texts
from tests import fake_ollama_wire as wire
from tests import fake_ollama_writing as writing
from tests.fake_ollama_faults import State
from tests.fake_ollama_handler import Handler
from tests.fake_ollama_script import Answer, Call, Fault

PULLED = ("completion", "tools")
UNKNOWN = Answer(fault=Fault.ERROR_LINE, error="pull model manifest: file does not exist")


def serve(state: State, exchange: Handler, call: Call) -> None:
    """Answer a request, or refuse it as the server would."""
    method = "GET" if call.method == "HEAD" else call.method
    if (method, call.path) in ROUTES:
        ROUTES[method, call.path](state, exchange, call)
    elif call.path in {path for _, path in ROUTES}:
        exchange.refuse(call, 405, "405 method not allowed")
    else:
        exchange.refuse(call, 404, "404 page not found")


def version(_state: State, exchange: Handler, call: Call) -> None:
    exchange.send(call, {"version": "0.33.0"})


def tags(state: State, exchange: Handler, call: Call) -> None:
    exchange.send(call, {"models": [wire.listed(name) for name in sorted(state.models)]})


def ps(state: State, exchange: Handler, call: Call) -> None:
    found = [wire.running(name, context=length) for name, length in state.loaded.items()]
    exchange.send(call, {"models": found})


def show(state: State, exchange: Handler, call: Call) -> None:
    if refusal := rules.refuse_model(call.body, state.models):
        exchange.refuse(call, *refusal)
        return
    name = rules.resolve(call.body["model"], state.models) or ""
    about = {"general.architecture": "llama", "llama.context_length": 131072}
    exchange.send(call, {"capabilities": [*state.models[name]], "model_info": about})


def delete(state: State, exchange: Handler, call: Call) -> None:
    if refusal := rules.refuse_model(call.body, state.models):
        exchange.refuse(call, *refusal)
        return
    del state.models[rules.tagged(call.body["model"])]
    exchange.send(call, {})


def chat(state: State, exchange: Handler, call: Call) -> None:
    writing.write(
        state, exchange, call, rules.refuse_chat, empty=not call.body.get("messages", True)
    )


def generate(state: State, exchange: Handler, call: Call) -> None:
    writing.write(state, exchange, call, rules.refuse_generate, empty=not call.body.get("prompt"))


def embed(state: State, exchange: Handler, call: Call) -> None:
    if refusal := rules.refuse_embed(call.body, state.models):
        exchange.refuse(call, *refusal)
        return
    answer = state.next_answer(call)
    if faults.breaks_first(exchange, call, answer):
        return
    if answer.fault is Fault.CUT:
        faults.break_off(exchange, call, answer)
        return
    given = call.body["input"]
    inputs = [given] if isinstance(given, str) else given
    context = writing.context_of(call)
    if not call.body.get("truncate", True) and any(
        len(text) > context * texts.CHARACTERS_PER_TOKEN for text in inputs
    ):
        exchange.refuse(call, 400, "the input length exceeds the context length")
        return
    exchange.wait(answer.first_seconds)
    exchange.send(call, wire.embedded(call, inputs))


def pull(state: State, exchange: Handler, call: Call) -> None:
    if refusal := rules.refuse_pull(call.body, state.models):
        exchange.refuse(call, *refusal)
        return
    answer = state.next_answer(call)
    if faults.breaks_first(exchange, call, answer):
        return
    name = _name(call)
    sizes = state.registry.get(name)
    if sizes is None:
        answer = UNKNOWN
    if call.body.get("stream", True):
        lines = list(wire.pulling(name, sizes or (), totals=answer.totals))
        _stream_pull(state, exchange, call, answer, lines)
    elif sizes is None:
        exchange.refuse(call, 500, UNKNOWN.error)
    else:
        state.models[name] = PULLED
        exchange.send(call, {"status": "success"})


def _name(call: Call) -> str:
    return rules.tagged(str(call.body.get("model") or call.body["name"]))


def _stream_pull(
    state: State, exchange: Handler, call: Call, answer: Answer, lines: list[dict[str, Any]]
) -> None:
    exchange.start_stream(call)
    exchange.wait(answer.first_seconds)
    faulty = answer.fault is not Fault.NONE
    for body in lines[: answer.after_chunks] if faulty else lines[:-1]:
        exchange.send_line(call, body)
        exchange.wait(answer.chunk_seconds)
    if faulty:
        faults.break_off(exchange, call, answer)
        return
    state.models[_name(call)] = PULLED
    faults.finish(exchange, call, lines[-1])


ROUTES: dict[tuple[str, str], Callable[[State, Handler, Call], None]] = {
    ("GET", "/api/version"): version,
    ("GET", "/api/tags"): tags,
    ("GET", "/api/ps"): ps,
    ("POST", "/api/show"): show,
    ("POST", "/api/chat"): chat,
    ("POST", "/api/generate"): generate,
    ("POST", "/api/embed"): embed,
    ("POST", "/api/pull"): pull,
    ("DELETE", "/api/delete"): delete,
}
