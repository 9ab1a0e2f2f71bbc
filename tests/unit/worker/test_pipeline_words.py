"""Moments, names and numbers read like English."""

import pytest

from catalog.model import Column, Table
from worker.pipeline import wording
from worker.pipeline.names import Names
from worker.pipeline.structural import moments


class TestMoments:
    @pytest.mark.parametrize(
        ("name", "meaning"),
        [
            ("resolved_at", "when the ticket was resolved"),
            ("left_on", "when the ticket left"),
            ("due_on", "when the ticket is due"),
            ("valid_from", "from when the ticket is valid"),
            ("ticket_date", "date of the ticket"),
            ("first_response_at", "moment of the first response of the ticket"),
            ("birthday", "birthday of the ticket"),
            ("create_date", "when the row was created"),
            ("hire_date", "when the ticket was hired"),
            ("last_update", "when the row was last changed"),
            ("last_seen_at", "when the ticket was last seen"),
            ("last_logged_in_at", "when the ticket was last logged in"),
            ("last_error_at", "moment of the last error of the ticket"),
            ("event_at", "moment of the event of the ticket"),
            ("required_date", "when the ticket is required"),
            ("release_date", "release date of the ticket"),
        ],
    )
    def test_read_like_english(self, name: str, meaning: str) -> None:
        """A participle becomes a verb, everything else stays a noun."""
        assert meaning == moments.meaning(Column(name=name, type="DATETIME"), "ticket")


class TestNames:
    def test_drop_what_every_table_begins_with(self) -> None:
        """A prefix of the application says nothing about a row."""
        found = Names(Table(name=f"wp_{name}") for name in ("posts", "users", "links", "terms"))

        assert ("post", "posts") == (found.one("wp_posts"), found.many("wp_posts"))

    def test_keep_what_only_some_begin_with(self) -> None:
        """An order line is one of orders."""
        names = ("order_lines", "orders", "people", "categories")
        found = Names(Table(name=name) for name in names)

        assert ["order line", "order", "person", "category"] == [found.one(name) for name in names]


class TestWording:
    def test_counts_in_singular_and_plural(self) -> None:
        """One table, but 1,200 foreign keys."""
        assert "1 table" == wording.counted(1, "table")
        assert "1,200 foreign keys" == wording.counted(1200, "foreign key")
        assert "3 lists of allowed values" == wording.counted(3, "list of allowed values")

    def test_lists_a_few_and_counts_the_rest(self) -> None:
        """A list never hides a single item behind `1 more`, which would be no shorter."""
        assert "a, b and c" == wording.listing(["a", "b", "c"], limit=2)
        assert "a, b and 2 more" == wording.listing(["a", "b", "c", "d"], limit=2)
