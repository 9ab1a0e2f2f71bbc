"""How many real questions find all their tables, by words and joins alone."""

from pathlib import Path

import pytest

from bench import questions
from catalog.search import index
from catalog.structure import analysis

pytestmark = pytest.mark.integration

FIRST = 10
PROMISED = 0.94


class TestSpider:
    def test_finds_every_table_of_most_questions(self, shared_data: Path) -> None:
        """Of 876 tables in 166 databases the first ten hold all that a question needs."""
        if not (shared_data / questions.FILE).is_file():
            pytest.skip("no questions beside the checkout")
        data = questions.load(shared_data)
        built = index.build(data.snapshot, analysis.relations_of(data.snapshot))

        complete = sum(
            question.tables <= {hit.table for hit in built.search(question.text, FIRST)}
            for question in data.asked
        )
        assert complete >= PROMISED * len(data.asked)
