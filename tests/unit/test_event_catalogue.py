"""docs/events.md and the code say the same."""

import re
from pathlib import Path

from contract import failures, steps

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "events.md").read_text()


def first_cells(heading: str) -> list[str]:
    """Return the code words in the first column of the table below a heading."""
    section = PAGE.split(f"## {heading}\n")[1].split("\n## ")[0]
    return re.findall(r"^\| `([^`]+)` \|", section, flags=re.MULTILINE)


class TestEventCatalogue:
    def test_lists_every_step(self) -> None:
        """No step is missing, none is invented."""
        assert list(steps.Step) == list(dict.fromkeys(first_cells("Steps")))

    def test_lists_every_error_code_with_its_retryability(self) -> None:
        """What the page says of retrying is what the events say."""
        section = PAGE.split("## Error codes\n")[1]
        told = re.findall(r"^\| `(\w+)` \| [^|]+ \| (yes|no) \|", section, flags=re.MULTILINE)
        real = [
            (str(code), "yes" if code in failures.RETRYABLE else "no")
            for code in failures.FailureCode
        ]

        assert real == told
