"""What a context says of what was read and sent is what was read and sent."""

import json
from collections.abc import Mapping

from catalog.context import Context
from catalog.model import Column, Snapshot, Table
from catalog.profile import ColumnProfile, Profile, TableProfile
from catalog.renderings import formats
from catalog.structure.roles import Role
from tests import fakes_model, generations
from tests.fakes_model import FakeModel, FakeReader
from worker.pipeline.ports import Model, World

SNAPSHOT = Snapshot(
    dialect="postgresql",
    database="shop",
    tables=(
        Table(
            name="orders",
            columns=(
                Column(name="id", type="int"),
                Column(name="channel_x", type="text"),
                Column(name="ref_x", type="text", comment="As printed."),
                Column(name="weight_x", type="int"),
            ),
            primary_key=("id",),
            row_estimate=70,
        ),
    ),
)
PROFILE = Profile(
    level="shapes",
    tables=(
        TableProfile(
            id="orders",
            columns=(
                ColumnProfile(
                    name="channel_x", null_share=0.004, distinct=2, codes=("POS_1", "WEB_2")
                ),
                ColumnProfile(name="ref_x", shapes=("AA-9999",)),
            ),
            sampled_rows=70,
            sampled_columns=("channel_x", "ref_x", "mail_x"),
            withheld=("mail_x",),
        ),
    ),
)


class FakeProfiler:
    def __init__(self) -> None:
        self.asked: list[Mapping[str, Mapping[str, Role]]] = []

    async def profile(
        self, _snapshot: Snapshot, roles: Mapping[str, Mapping[str, Role]]
    ) -> Profile:
        self.asked.append(roles)
        return PROFILE


def write(model: Model | None, profiler: FakeProfiler | None) -> Context:
    """Return the context that a generation ends with."""
    return generations.write(World(reader=FakeReader(SNAPSHOT), model=model, profiler=profiler))


def about_channel(text: str) -> FakeModel:
    """Return a model that says the text of every column and table."""
    return FakeModel(
        lambda prompt: json.dumps(fakes_model.filled(prompt.schema, text)), name="fake:1b"
    )


class TestDisclosure:
    def test_counts_what_was_read(self) -> None:
        """Facts of each kind by table; the profile is kept with the context."""
        profiler = FakeProfiler()
        context = write(None, profiler)

        assert context.disclosure is not None
        assert "shapes" == context.disclosure.level
        assert {
            "names": 4, "types": 4, "keys": 1, "comments": 1, "rowEstimates": 1, "nullShares": 1,
            "distinctCounts": 1, "shapes": 1, "codes": 1, "sampledRows": 70, "sampledColumns": 3,
            "withheldColumns": 1,
        } == context.disclosure.read[0].counts  # fmt: skip
        assert () == context.disclosure.sent
        assert PROFILE == context.profile
        assert Role.PRIMARY_KEY is profiler.asked[0]["orders"]["id"]
        assert "No language model was told anything." in context.notes
        assert any("1 column that may be about people" in note for note in context.notes)

    def test_counts_what_was_sent(self) -> None:
        """What stood in questions to the model; a column with a comment is shown beside them."""
        model = about_channel("It is a thing.")
        context = write(model, FakeProfiler())
        asked = "\n".join(prompt.user for prompt in model.prompts)

        assert context.disclosure is not None
        (sent,) = context.disclosure.sent
        assert {
            "names": 4, "types": 4, "keys": 1, "comments": 1, "rowEstimates": 1, "nullShares": 1,
            "distinctCounts": 1, "shapes": 1, "codes": 1,
        } == sent.counts  # fmt: skip
        for told in ("empty in 1 % of the rows", "about 2 different values", "POS_1", "AA-9999"):
            assert told in asked
        assert any(
            note.startswith("fake:1b was told of 1 table: 4 columns") for note in context.notes
        )

    def test_says_that_only_the_schema_was_read(self) -> None:
        """Without a profiler nothing is known of values, and nothing is told of them."""
        model = about_channel("It is a thing.")
        context = write(model, None)

        assert context.disclosure is not None
        assert ("none", Profile()) == (context.disclosure.level, context.profile)
        assert not {"codes", "shapes", "nullShares"} & set(context.disclosure.totals()["sent"])
        assert any(note.startswith("Only the schema was read") for note in context.notes)
        assert "POS_1" not in "\n".join(prompt.user for prompt in model.prompts)


class TestValues:
    def test_may_be_named_by_the_model(self) -> None:
        """A code that was told is a fact; one that looks like it and is none is refused."""
        texts = {}
        for code in ("WEB_2", "WEB_3"):
            context = write(about_channel(f"WEB is {code}."), FakeProfiler())
            texts[code] = context.tables[0].columns[1].description

        assert ("model", "template") == (texts["WEB_2"].source, texts["WEB_3"].source)

    def test_stand_in_what_is_written_without_a_model(self) -> None:
        """Codes are as telling as allowed values."""
        column = write(None, FakeProfiler()).tables[0].columns[1].description

        assert column.text.endswith("Values seen: POS_1 and WEB_2.")
        assert "values seen" in column.evidence

    def test_stand_in_the_exports(self) -> None:
        """Where examples belong; and Markdown tells what was read, table by table."""
        context = write(about_channel("It is a thing."), FakeProfiler())
        texts = {name: formats.render(name, SNAPSHOT, context).text for name in formats.FORMATS}

        assert "(channel_x:text, It is a thing., Examples: [POS_1, WEB_2])" in texts["mschema"]
        read, sent = texts["markdown"].split("### What was read and sent")[1].split("| Sent to")
        assert "| `orders` | 4 | 4 | 1 | 1 | 1 | 1 | 1 | 1 | 1 | 70 | 3 | 1 |" in read
        assert "| `orders` | 4 | 4 | 1 | 1 | 1 | 1 | 1 | 1 | 1 |" in sent
        assert (
            PROFILE.tables[0].id
            == json.loads(texts["json"])["context"]["profile"]["tables"][0]["id"]
        )
