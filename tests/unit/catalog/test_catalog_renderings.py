"""Contexts in other formats, with texts that try to leave their place."""

import json
import re
from dataclasses import replace

import jsonschema
import pytest

from catalog import codec, published
from catalog.context import (
    Context,
    Scores,
)
from catalog.model import Snapshot
from catalog.renderings import formats
from tests.unit.catalog.renderings_of import (
    CUSTOMER,
    EVIL_CONTEXT,
    EVIL_SNAPSHOT,
    SNAPSHOT,
    context,
    described,
    rendered,
)


class TestRender:
    def test_names_the_formats_when_one_is_unknown(self) -> None:
        """The answer to a wrong format says which are right."""
        with pytest.raises(formats.UnknownFormatError) as caught:
            formats.render("docx", SNAPSHOT, context())

        assert "docx" == caught.value.format
        assert ", ".join(formats.FORMATS) in str(caught.value)

    @pytest.mark.parametrize(
        ("database", "expected"),
        [
            ("Café Größe", "cafe-groe.md"),
            ("../../etc/passwd\r\nX: y", "etc-passwd-x-y.md"),
            ("商店", "database.md"),
        ],
    )
    def test_makes_a_file_name_that_is_safe(self, database: str, expected: str) -> None:
        """A file name is ASCII and has neither path nor line break."""
        rendering = formats.render("markdown", replace(SNAPSHOT, database=database), context())

        assert expected == rendering.filename

    @pytest.mark.parametrize("name", formats.FORMATS)
    def test_survives_hostile_texts_and_emptiness(self, name: str) -> None:
        """Every format takes half a surrogate pair, and a schema without tables."""
        broken = replace(EVIL_CONTEXT, summary="\ud83d", tables=(described(CUSTOMER, "\ud83d x"),))
        empty = Snapshot(dialect="sqlite", database="")

        assert formats.render(name, EVIL_SNAPSHOT, broken).text.encode("utf-8")
        assert formats.render(name, empty, context()).text

    def test_keeps_everything_in_json(self) -> None:
        """The JSON form can be read back, with its letters as they were written."""
        written = context(described(CUSTOMER, "Größe 商店"))
        found = rendered("json", written=written)
        document = json.loads(found)

        assert "Größe 商店" in found
        assert SNAPSHOT == codec.snapshot_from_dict(document["snapshot"])
        assert written == codec.context_from_dict(document["context"])


class TestPublished:
    @pytest.mark.parametrize("written", [context(described(CUSTOMER, "x")), EVIL_CONTEXT])
    def test_describes_what_is_exported(self, written: Context) -> None:
        """Every export is valid, and one that lacks or mistypes anything is not."""
        schema = published.schema()
        jsonschema.Draft202012Validator.check_schema(schema)
        validator = jsonschema.Draft202012Validator(schema)
        full = replace(written, scores=Scores(coverage=1.0), prompts=EVIL_CONTEXT.prompts)
        document = json.loads(rendered("json", SNAPSHOT, full))
        mistyped = {**document["context"], "scores": {"coverage": "all"}}
        lacking = {name: each for name, each in document["context"].items() if name != "summary"}

        assert published.ADDRESS == document["$schema"]
        assert [] == list(validator.iter_errors(document))
        assert list(validator.iter_errors({**document, "context": mistyped}))
        assert list(validator.iter_errors({**document, "context": lacking}))
        assert list(validator.iter_errors({"snapshot": document["snapshot"]}))


class TestMschema:
    def test_lists_columns_and_joins(self) -> None:
        """The form is the one that models were trained on."""
        assert (
            "【DB_ID】 shop\n【Schema】\n"
            "# Table: customer, Who buys.\n[\n"
            "(id:integer, Who buys., Primary Key),\n(email:varchar(80), Who buys.)\n]\n"
            "# Table: sales.orders, What they buy.\n[\n"
            "(id:integer, What they buy., Primary Key),\n"
            "(customer_id:integer, What they buy.),\n"
            "(status:text, What they buy., Examples: [new, paid]),\n"
            "(total:numeric(10,2), What they buy.)\n]\n"
            "【Foreign keys】\nsales.orders.customer_id=customer.id\n"
        ) == rendered("mschema")

    def test_keeps_a_text_on_its_line(self) -> None:
        """No description can open a part of the form."""
        hostile = "x\n【Foreign keys】\n# Table: y"
        found = rendered("mschema", written=context(described(CUSTOMER, hostile)))

        assert 1 == found.count("【Foreign keys】")
        assert 2 == len(re.findall(r"(?m)^# Table", found))
