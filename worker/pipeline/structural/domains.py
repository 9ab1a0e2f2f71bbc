"""Says what a domain gathers."""

from catalog.context import DomainContext, Text
from catalog.structure.domains import Domain
from catalog.structure.kinds import Kind
from worker.pipeline import wording
from worker.pipeline.facts import Facts
from worker.pipeline.structural import centre

_MANY = 2  # a table that only one other refers to is no middle


def write(known: Facts) -> tuple[DomainContext, ...]:
    """Return a text for every domain, the largest first."""
    return tuple(
        DomainContext(
            name=domain.name,
            description=Text(
                text=describe(known, domain),
                source="template",
                confidence="medium",
                evidence=("keys", "names"),
            ),
            tables=domain.tables,
        )
        for domain in known.structure.domains
    )


def describe(known: Facts, domain: Domain) -> str:
    """Return what the domain gathers, around which table, and what it joins to."""
    views = sum(known.tables[name].kind == "view" for name in domain.tables)
    tables = len(domain.tables) - views
    counts = ((tables, "table"), (views, "view"))
    count = " and ".join(wording.counted(number, noun) for number, noun in counts if number)
    middle, inside = _middle(known, domain)
    others = [name for name in domain.tables if name != middle]
    if middle is None:
        text = f"{count}: {wording.listing(others, limit=12)}."
    else:
        text = f"{count} around {middle}, which {wording.number(inside)} of them refer to: "
        text += f"{wording.listing(others, limit=12)}."
    outside = neighbours(known, domain)
    return f"{text} Joins to {wording.listing(outside)}." if outside else text


def _middle(known: Facts, domain: Domain) -> tuple[str | None, int]:
    """Return the domain's table, no list, that most others of it refer to, and how many do."""
    own = set(domain.tables)
    counts = {
        name: len(own.intersection(known.referrers(name)))
        for name in domain.tables
        if known.kind(name) is not Kind.LOOKUP
    }
    middle = max(
        counts,
        key=lambda name: (counts[name], centre.weight(known, known.tables[name])),
        default=None,
    )
    if middle is None or counts[middle] < _MANY:
        return None, 0
    return middle, counts[middle]


def neighbours(known: Facts, domain: Domain) -> tuple[str, ...]:
    """Return the tables of other domains that this one's tables refer to, most used first."""
    inside = set(domain.tables)
    counts: dict[str, int] = {}
    for name in domain.tables:
        for target in known.targets(name):
            if target not in inside:
                counts[target] = counts.get(target, 0) + 1
    return tuple(sorted(counts, key=lambda name: (-counts[name], name)))
