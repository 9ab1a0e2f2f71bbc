"""Text of strangers is made safe for a terminal."""

import io

import pytest
from rich.console import Console

from client import display, results, texts
from client.updates import Update


class TestClean:
    @pytest.mark.parametrize(
        ("given", "safe"),
        [
            ("plain — ünïcode 表", "plain — ünïcode 表"),
            ("a\x1b[2Jb", "ab"),
            ("a\x1b]0;title\x07b", "ab"),
            ("a\x1b]8;;http://evil\x1b\\b", "ab"),
            ("a\x9b31mb\x00\x08", "a31mb"),
            ("user\u202etxt.exe", "usertxt.exe"),
            ("two\nlines\tand a tab", "two\nlines\tand a tab"),
        ],
    )
    def test_takes_out_what_steers_a_terminal(self, given: str, safe: str) -> None:
        """Escape sequences, control characters and turned reading directions go; words stay."""
        assert safe == texts.clean(given)


class TestPrinting:
    def console(self) -> Console:
        return Console(file=io.StringIO(), width=100, force_terminal=False)

    def text(self, console: Console) -> str:
        assert isinstance(console.file, io.StringIO)
        return console.file.getvalue()

    def test_reads_no_markup_in_a_context(self) -> None:
        """A column called [red] is printed as it is called."""
        console = self.console()
        prompt = {"question": "[bold]Why[/bold]?", "sql": "SELECT [id] FROM [t]", "check": "parsed"}
        context = {"summary": "a [red]b[/red]\x1b[2J", "insights": [], "prompts": [prompt]}
        answer = {"version": 1, "engine": "structural", "model": None, "context": context}
        results.show_context(answer, console=console)

        assert "  a [red]b[/red]\n" in self.text(console)
        assert "SELECT [id] FROM [t]" in self.text(console)
        assert "[bold]Why[/bold]?" in self.text(console)
        assert "\x1b" not in self.text(console)

    def test_writes_a_line_for_each_milestone_where_nothing_moves(self) -> None:
        """A file or a pipe gets plain lines, and no ticks."""
        console = self.console()
        first = Update(job_id="j", seq=1, step="scanning", progress=0, message="Fetching [x]\n...")
        tick = Update(job_id="j", seq=None, step="scanning", progress=1, message="no")
        last = Update(job_id="j", seq=2, step="complete", progress=100, message="Done!")

        assert last == display.show([first, tick, last], console=console)
        assert "[  0 %] scanning: Fetching [x] ...\n[100 %] complete: Done!\n" == self.text(console)

    def test_draws_the_steps_where_it_moves(self) -> None:
        """A terminal sees all five steps, the message and the percentage."""
        console = Console(file=io.StringIO(), width=100, force_terminal=True)
        stats = {"tables": 59}
        first = Update(
            job_id="j", seq=1, step="scanning", progress=20, message="59 [tables]", stats=stats
        )
        last = Update(job_id="j", seq=2, step="complete", progress=100, message="Done!")
        display.show([first, last], console=console)
        drawn = self.text(console)

        assert all(step in drawn for step in ("scanning", "indexing", "analyzing", "optimizing"))
        assert "59 [tables]" in drawn
        assert "100 %" in drawn


class TestLists:
    ID, OTHER = "01920000-1111-7222-8333-444455556666", "01929999-1111-7222-8333-444455556666"

    def lines(self, width: int) -> list[str]:
        """Print a project and a job with long words in them."""
        console = Console(file=io.StringIO(), width=width, force_terminal=False)
        project = {"id": self.ID, "name": "shop", "tables": 59, "columns": 512} | {
            "contextVersion": 3,
            "activeJobId": self.OTHER,
            "location": "postgresql://reader@a-long-host-name.db.example.com:5432/shop",
        }
        job = {"id": self.OTHER, "status": "running", "progress": 40, "engine": "structural"} | {
            "createdAt": "2026-03-01T10:20:30.123456Z",
            "message": "Analyzing the relationships between all of the 59 tables of shop",
        }
        results.show_projects([project], console=console)
        results.show_jobs([job], console=console)
        assert isinstance(console.file, io.StringIO)
        return [line.rstrip() for line in console.file.getvalue().splitlines()]

    def test_fit_a_narrow_terminal(self) -> None:
        """Each entry begins with its whole id and what matters; details follow, indented."""
        lines = self.lines(80)

        assert max(map(len, lines)) <= 80
        heads = [line for line in lines if not line.startswith(" ")]
        assert [f"{self.ID}  shop", f"{self.OTHER}  running  40 %"] == heads
        assert 2 == sum(self.OTHER in line for line in lines)

    def test_are_tables_on_a_wide_terminal(self) -> None:
        """One line for each entry, ids whole, messages last."""
        lines = self.lines(200)

        assert 4 == len(lines)
        assert self.ID in lines[1]
        assert self.OTHER in lines[1]
        assert lines[3].endswith(
            "2026-03-01T10:20:30Z  Analyzing the relationships between all of the 59 tables of shop"
        )
