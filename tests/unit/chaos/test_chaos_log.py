"""The table of runs in the documentation."""

import json
from pathlib import Path

from tests.chaos import log


def ran(folder: Path, *, seed: int, violations: int = 0) -> Path:
    """Leave behind what a run and its checker do."""
    folder.mkdir()
    run = {"seed": seed, "minutes": 30.0, "database": "postgres"}
    figures = dict.fromkeys(log.COUNTED, 1234)
    report = {"figures": figures, "violations": [{}] * violations}
    (folder / "run.json").write_text(json.dumps(run))
    (folder / "report.json").write_text(json.dumps(report))
    return folder


class TestRecord:
    def test_keeps_a_row_for_each_seed_and_renews_it(self, tmp_path: Path) -> None:
        """A run that is repeated takes the place of the earlier one; the rest of the page stays."""
        page = tmp_path / "benchmarks.md"
        page.write_text("# Benchmarks\n")
        for number, (seed, violations) in enumerate([(7, 2), (3, 0), (7, 0)]):
            log.record(ran(tmp_path / str(number), seed=seed, violations=violations), path=page)
        text = page.read_text()
        rows = [line.split(" | ") for line in text.splitlines() if line.startswith(("| 3", "| 7"))]

        assert text.startswith("# Benchmarks\n")
        assert [["| 3", "30"], ["| 7", "30"]] == [row[:2] for row in rows]
        assert ["0", "0"] == [row[len(log.COUNTED) + 3] for row in rows]
        assert 1 == text.count("## Chaos")
