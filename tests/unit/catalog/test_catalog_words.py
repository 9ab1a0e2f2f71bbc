"""Words inside identifiers, as people read them."""

import pytest

from catalog import words


class TestSplit:
    @pytest.mark.parametrize(
        ("identifier", "pieces"),
        [
            ("customerOrderID", ("customer", "order", "id")),
            ("userIDs", ("user", "ids")),
            ("HTTPServer", ("http", "server")),
            ("address2", ("address", "2")),
            ("prénom", ("prénom",)),
            ("AñoFiscal", ("año", "fiscal")),
            ("ДатаРождения", ("дата", "рождения")),
            ("注文_id", ("注文", "id")),
            ("🍕", ()),
        ],
    )
    def test_parts_at_capitals_digits_and_signs(
        self, identifier: str, pieces: tuple[str, ...]
    ) -> None:
        """An accent parts nothing."""
        assert pieces == words.split(identifier)


class TestPlural:
    @pytest.mark.parametrize(
        ("singular", "plural"),
        [("order", "orders"), ("category", "categories"), ("box", "boxes"), ("注文", "注文")],
    )
    def test_is_english(self, singular: str, plural: str) -> None:
        """What English does not spell stays as it is."""
        assert plural == words.plural(singular)


class TestTitle:
    @pytest.mark.parametrize(
        ("identifier", "title"),
        [
            ("order_items", "Order items"),
            ("md5", "MD5"),
            ("old_md5", "Old MD5"),
            ("sha256_hash", "SHA256 hash"),
            ("as_asn", "As ASN"),
            ("ean_code", "EAN code"),
            ("urls", "URLs"),
            ("line2", "Line 2"),
            ("class", "Class"),
        ],
    )
    def test_is_spelled_as_people_do(self, identifier: str, title: str) -> None:
        """Acronyms in capitals, and md5 in one word."""
        assert title == words.title(identifier)
