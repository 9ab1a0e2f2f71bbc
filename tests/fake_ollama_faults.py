"""How the fake Ollama's answers end: well, or as badly as they are told to."""

from typing import Any, Protocol

from tests.fake_ollama_handler import Handler
from tests.fake_ollama_script import Answer, Call, Fault

OF_THE_END = frozenset({Fault.NONE, Fault.LENGTH, Fault.TRUNCATED, Fault.UNCOUNTED})


class State(Protocol):
    """What the fake knows: installed, loaded and pullable models."""

    models: dict[str, tuple[str, ...]]
    loaded: dict[str, int]  # name: context length
    registry: dict[str, tuple[int, ...]]  # name: sizes of layers
    load_seconds: float

    def next_answer(self, call: Call) -> Answer: ...


def breaks_first(exchange: Handler, call: Call, answer: Answer) -> bool:
    """Do what goes wrong before an answer begins; False when nothing does."""
    call.fault = answer.fault
    match answer.fault:
        case Fault.STATUS:
            exchange.refuse(call, answer.status, answer.error)
        case Fault.CUT_FIRST:
            exchange.owner.end(call, "fault")
            exchange.cut()
        case Fault.HALF_OPEN:
            exchange.owner.end(call, "fault")
            exchange.vanish()
        case Fault.HANG_FIRST:
            exchange.wait(None)
        case _:
            return False
    return True


def break_off(exchange: Handler, call: Call, answer: Answer) -> None:
    """Do what goes wrong in the middle of a stream."""
    if answer.fault is Fault.HANG:
        exchange.wait(None)
        return
    exchange.owner.end(call, "fault")
    match answer.fault:
        case Fault.CUT:
            exchange.cut()
            return
        case Fault.BAD_LINE:
            exchange.write(b'9\r\n{"model"\n\r\n')
        case Fault.ERROR_LINE:
            exchange.send_line(call, {"error": answer.error})
    exchange.end_stream()


def finish(exchange: Handler, call: Call, last: dict[str, Any]) -> None:
    """End a stream with its last line; who has read it finds the call ended."""
    exchange.wait(0)  # a client that left before the last line has no whole answer
    exchange.owner.end(call, "done")
    exchange.send_line(call, last)
    exchange.end_stream()
