"""Lets a model say in the wanted language what facts told in English; names and numbers stay."""

from collections.abc import AsyncGenerator, Iterator, Mapping
from contextlib import aclosing
from dataclasses import replace

from catalog import labels
from worker.pipeline.ports import Prompt
from worker.pipeline.writing import briefs, fidelity, sheets
from worker.pipeline.writing.desk import Desk, Told
from worker.pipeline.writing.sheets import Sheet

_AT_ONCE = 12  # texts of one question
_TOKENS, _TOKENS_EACH = 100, 30
_BYTES = 2  # per token of an answer: few scripts are denser
_LABEL = range(1, 61)  # characters that a heading may have
_SAY_AGAIN = (
    "Say each text below in {language}, under the same key. Keep every number, every name of a "
    "table or column, and every condition as it is; add nothing, leave nothing out."
)

Texts = Mapping[str, str]


async def write(desk: Desk) -> AsyncGenerator[Told, None]:
    """Yield ticks and answers while computed texts and labels are translated.

    What is not kept whole stays in English.
    """
    english = list(dict.fromkeys(_computed(desk)))
    numbered = {str(place): text for place, text in enumerate(english, start=1)}
    names = {label: label for label in labels.of(desk.known.stats)}
    found: list[Texts] = []
    groups = [*_groups(desk, numbered), *_groups(desk, names, at_once=len(names))]
    wanted = [_sheet(desk, group) for group in groups]
    async with aclosing(sheets.fill_all(desk, wanted)) as pieces:
        async for item in pieces:
            if isinstance(item, list):
                found = item
            else:
                yield item
    told = {key: text for texts in found for key, text in texts.items()}
    said = {text: told[key] for key, text in numbered.items() if key in told}
    _put(desk, said)
    desk.english += len(numbered) - len(said)
    desk.manuscript.labels = {
        label: told[label] for label in names if len(told.get(label, "")) in _LABEL
    }


def _computed(desk: Desk) -> Iterator[str]:
    """Yield what facts tell outside of the tables, text by text, lines without their dash."""
    manuscript = desk.manuscript
    yield from (_bare(line) for line in manuscript.computed)
    yield from (each.text for each in manuscript.insights if each.source == "template")
    yield from (
        domain.description.text
        for domain in manuscript.domains
        if domain.description.source == "template"
    )
    yield from (each.question for each in manuscript.prompts if each.source == "template")


def _groups(desk: Desk, texts: Texts, *, at_once: int = _AT_ONCE) -> list[dict[str, str]]:
    groups: list[dict[str, str]] = []
    for key, text in texts.items():
        together = {**(groups[-1] if groups else {}), key: text}
        if groups and len(together) <= at_once and desk.author.fits(_ask(desk, together)):
            groups[-1] = together
        else:
            groups.append({key: text})
    return groups


def _sheet(desk: Desk, texts: Texts) -> Sheet:
    return Sheet(
        keys=tuple(texts),
        brief=lambda keys: _ask(desk, {key: texts[key] for key in keys}),
        judge=lambda key, value: fidelity.translated(desk, texts[key], value),
        message="Translating what is computed...",
    )


def _ask(desk: Desk, texts: Texts) -> Prompt:
    question = _SAY_AGAIN.format(language=briefs.language(desk.request))
    answer = briefs.exactly({key: {"type": "string"} for key in texts})
    longest = sum(_TOKENS_EACH + len(text.encode()) // _BYTES for text in texts.values())
    return briefs.prompt(desk.request, question, dict(texts), answer, max_tokens=_TOKENS + longest)


def _put(desk: Desk, said: Texts) -> None:
    manuscript = desk.manuscript
    lines = {
        line: line.replace(_bare(line), said.get(_bare(line), _bare(line)), 1)
        for line in manuscript.computed
    }
    manuscript.summary = lines.get(manuscript.summary, manuscript.summary)
    manuscript.description = "\n".join(
        lines.get(line, line) for line in manuscript.description.split("\n")
    )
    manuscript.insights = tuple(
        replace(each, text=said[each.text], source="model") if each.text in said else each
        for each in manuscript.insights
    )
    manuscript.domains = tuple(
        replace(domain, description=replace(domain.description, text=said[text], source="model"))
        if (text := domain.description.text) in said
        else domain
        for domain in manuscript.domains
    )
    manuscript.prompts = tuple(
        replace(each, question=said.get(each.question, each.question))
        for each in manuscript.prompts
    )


def _bare(line: str) -> str:
    return line.removeprefix("- ")
