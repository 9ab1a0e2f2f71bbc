"""A job's progress on the terminal: drawn live, or line by line where nobody could see it move."""

import time
from collections.abc import Callable, Iterable

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from client import texts
from client.updates import Update, Watch

_MARKS = {
    "done": Text("✓", style="green"),
    "failed": Text("✗", style="red"),
    "waiting": Text("·", style="dim"),
}
_STYLES = {"done": "", "active": "bold", "failed": "red", "waiting": "dim"}
_BAR_WIDTH = 40
_TAIL_LENGTH = 200
_MOST_NUMBERS = 5  # the rest is in the context


def show(
    updates: Iterable[Update],
    *,
    console: Console,
    clock: Callable[[], float] = time.monotonic,
) -> Update | None:
    """Show the updates as they come; return the terminal one, None when there was none."""
    if console.is_terminal:
        return _show_live(updates, console=console, clock=clock)
    return _show_lines(updates, console=console)


def _show_live(
    updates: Iterable[Update], *, console: Console, clock: Callable[[], float]
) -> Update | None:
    watch, picture = Watch(), _Picture(clock)
    last = None
    with Live(console=console, refresh_per_second=8, get_renderable=lambda: picture.draw(watch)):
        for update in updates:
            watch.see(update)
            last = update
    return last if last is not None and last.terminal else None


def _show_lines(updates: Iterable[Update], *, console: Console) -> Update | None:
    last = None
    for update in updates:
        if update.seq is None:
            continue  # a tick is for moving pictures
        last = update
        numbers = f" ({_numbers(update.stats)})" if update.stats else ""
        text = texts.line(f"{update.step}: {update.message}{numbers}")
        console.print(Text(f"[{update.progress:3d} %] {text}"), soft_wrap=True)
    return last if last is not None and last.terminal else None


class _Picture:
    """Draws a watched job; the spinner must be the same one from frame to frame to turn."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._began = clock()
        self._spinner = Spinner("dots", style="cyan")

    def draw(self, watch: Watch) -> RenderableType:
        steps = Table.grid(padding=(0, 1))
        for step in watch.steps:
            state = watch.state(step)
            mark = _MARKS.get(state, self._spinner)
            message = watch.messages.get(step, "")
            steps.add_row(
                mark,
                Text(step, style=_STYLES[state]),
                Text(texts.line(message), style=_STYLES[state], overflow="ellipsis", no_wrap=True),
            )
        bar = Table.grid(padding=(0, 1))
        bar.add_row(
            ProgressBar(total=100, completed=watch.progress, width=_BAR_WIDTH),
            Text(f"{watch.progress:3d} %"),
            Text(self._times(watch), style="dim"),
        )
        below = Text(_below(watch), style="dim", overflow="ellipsis", no_wrap=True)
        return Group(steps, bar, below)

    def _times(self, watch: Watch) -> str:
        elapsed = f"{self._clock() - self._began:.0f} s"
        running = watch.progress < 100 and not watch.failed  # noqa: PLR2004 - per cent
        if watch.eta_seconds is None or not running:
            return elapsed
        return f"{elapsed}, about {watch.eta_seconds} s left"


def _below(watch: Watch) -> str:
    """Return one line: what is being written or done right now, else the numbers known so far."""
    if watch.tokens is not None and watch.tail:
        speed = f", {watch.tokens_per_second:.1f}/s" if watch.tokens_per_second else ""
        return f"{watch.tokens} tokens{speed}: {texts.line(watch.tail)[-_TAIL_LENGTH:]}"
    return texts.line(watch.doing) or _numbers(watch.stats)


def _numbers(stats: object) -> str:
    if not isinstance(stats, dict):
        return ""
    known = [(name, value) for name, value in stats.items() if isinstance(value, int | float | str)]
    return texts.line(", ".join(f"{name} {value}" for name, value in known[:_MOST_NUMBERS]))
