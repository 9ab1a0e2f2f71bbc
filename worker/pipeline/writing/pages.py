"""Takes a model's texts about tables and columns into the manuscript, as far as they hold."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from catalog.context import Text
from worker.pipeline import wording
from worker.pipeline.structural import columns
from worker.pipeline.writing import answers, table_prompts
from worker.pipeline.writing.batches import Ask, Batch
from worker.pipeline.writing.desk import Desk
from worker.pipeline.writing.grounding import Ground

NO_ANSWER = "no usable answer of the model"
UNGROUNDED = "the model named or counted what does not exist"
_UNKNOWN = frozenset({"unknown", "unknown.", "n/a", "not known", "unclear"})
_LONGEST_REASON = 200

Place = tuple[str, str]  # table and column; the empty column is the table itself


@dataclass(kw_only=True)
class Page:
    """One batch: what still lacks a text, and why the model's was not taken."""

    desk: Desk
    rejected: dict[Place, str] = field(default_factory=dict)
    _drafts: dict[Place, str] = field(default_factory=dict)  # the sentences that held

    def take(self, asks: Batch, answer: Mapping[str, Any] | None) -> Batch:
        """Write down what is usable in the answer and return what is still missing.

        What has a fault for the second time loses the sentences that have it, and is done with.
        """
        missing = []
        for ask in asks:
            ground = self.desk.ground(
                table_prompts.given(self.desk.known, ask),
                more=table_prompts.counts(self.desk.known, ask.table),
            )
            found = answers.section(answer, ask.table)
            given = answers.section(found, "columns")
            left = tuple(
                name
                for name in ask.columns
                if not self._put((ask.table, name), given.get(name), ground)
            )
            open_description = ask.description and not self._put(
                (ask.table, ""), found.get("description"), ground
            )
            if left or open_description:
                missing.append(Ask(table=ask.table, columns=left, description=open_description))
        return tuple(missing)

    def give_up(self, missing: Batch) -> None:
        """Leave what is missing to the sentences that held, or to the text from facts."""
        for ask in missing:
            for key in (*([""] if ask.description else []), *ask.columns):
                self._settle((ask.table, key), NO_ANSWER)

    def _put(self, place: Place, value: object, ground: Ground) -> bool:
        """Write one text down; False when it is to be asked for again."""
        text = answers.prose(value)
        if text is None:
            return False
        if text.lower() in _UNKNOWN:
            self._settle(place, "the model does not know")
            return True
        judged = ground.judge(text)
        if not judged.faults:
            self._write(place, judged.kept)
            return True
        again = place in self.rejected
        self._drafts[place] = judged.kept or self._drafts.get(place, "")
        self.rejected[place] = "; ".join(judged.faults)[:_LONGEST_REASON]
        if again:
            self.desk.dropped += judged.dropped
            # Not what did not: the reason would name again what does not exist.
            self._settle(place, UNGROUNDED)
        return again

    def _settle(self, place: Place, reason: str) -> None:
        draft = self._drafts.get(place, "")
        if draft:
            self._write(place, draft, "what did not hold was dropped")
        elif not self._obvious(place):
            self.desk.manuscript.doubt(place[0], place[1] or None, reason)

    def _obvious(self, place: Place) -> bool:
        """Tell whether facts explain the column, whatever became of the model's words for it."""
        known, table = self.desk.known, self.desk.known.tables[place[0]]
        return any(
            columns.obvious(known, table, column)
            for column in table.columns
            if column.name == place[1]
        )

    def _seen(self, place: Place) -> tuple[str, ...]:
        """Return what the model was shown of it."""
        known, (table_id, name) = self.desk.known, place
        joined = known.targets(table_id) or known.referrers(table_id)
        if not name:
            return ("name", "columns", *(["keys"] if joined else []))
        column = known.tables[table_id].column(name)
        keyed = known.reference(table_id, name) is not None
        return (
            "name",
            "type",
            *(["allowed values"] if column.enum else []),
            *(["keys"] if keyed else []),
        )

    def _write(self, place: Place, text: str, *evidence: str) -> None:
        self.desk.answered += 1
        written = Text(
            text=wording.sentence(text),
            source="model",
            confidence="medium",
            evidence=("model", *self._seen(place), *evidence),
        )
        self.desk.manuscript.put(place[0], place[1] or None, written)
