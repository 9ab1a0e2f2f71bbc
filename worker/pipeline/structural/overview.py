"""Introduces the whole database: a summary, and paragraphs that a newcomer can work with."""

from catalog import dialects
from catalog.structure.domains import Domain
from worker.pipeline import wording
from worker.pipeline.facts import Facts
from worker.pipeline.structural import centre, dangers, domains

_UNAIDED = (
    "How this was written: no language model was used. Every statement follows from the schema's "
    "names, types, keys, comments and statistics"
)
_DOMAINS_SHOWN = 12
_HUBS = 4
_AREAS_NAMED = 6
_REFERRED = 3  # by fewer tables a table is not central


def summarise(known: Facts) -> str:
    """Return two or three sentences: how large, about what, around which tables."""
    sentences = [f"{_size(known)}."]
    named = [domain.name for domain in _large(known)]
    if len(named) > 1:
        sentences.append(f"By its names and keys it is about {_areas(named)}.")
    subjects = [table.id for table in centre.subjects(known)]
    hubs = [name for name in subjects if len(known.referrers(name)) >= _REFERRED][:_HUBS]
    if hubs:
        sentences.append(f"{_central(known, hubs)}.")
    elif len(named) <= 1:
        spoken = [known.names.many(table.id) for table in centre.subjects(known)[:5]]
        sentences.append(f"It records {wording.listing(spoken)}." if spoken else "")
    return " ".join(sentence for sentence in sentences if sentence)


def describe(known: Facts, *, closing: str | None = None) -> str:
    """Return the introduction as paragraphs separated by blank lines; `closing` is the last.

    Without one it says that rules wrote it, and from what.

    It is read after the summary and does not repeat it.
    """
    parts = (areas(known), joins(known), conventions(known), warnings(known))
    last = _unaided(known) if closing is None else closing
    return "\n\n".join(part for part in (*parts, last) if part)


def areas(known: Facts) -> str:
    """Return the paragraph that lists the domains, one per line."""
    found = known.structure.domains
    if len(found) < 2:  # noqa: PLR2004  # a single area needs no list
        return ""
    lines = [
        f"- {domain.name}: {domains.describe(known, domain)}" for domain in found[:_DOMAINS_SHOWN]
    ]
    rest = found[_DOMAINS_SHOWN:]
    if rest:
        tables = sum(len(domain.tables) for domain in rest)
        lines.append(
            f"- {wording.counted(len(rest), 'smaller area')} with "
            f"{wording.counted(tables, 'table')}: "
            f"{wording.listing([domain.name for domain in rest], limit=8)}."
        )
    return "\n".join(("Areas, by how the tables refer to each other:", *lines))


def joins(known: Facts) -> str:
    """Return the paragraph that says how the central tables join."""
    lines = [f"- {path}" for path in centre.paths(known)]
    return "\n".join(("How the central tables join:", *lines)) if lines else ""


def conventions(known: Facts) -> str:
    """Return the paragraph of what holds across tables."""
    found = known.structure.conventions
    return f"Conventions: {' '.join(found)}" if found else ""


def warnings(known: Facts) -> str:
    """Return the paragraph of what to watch out for, one danger per line."""
    lines = [f"- {danger}" for danger in dangers.find(known)]
    return "\n".join(("Watch out for:", *lines)) if lines else ""


def _unaided(known: Facts) -> str:
    if known.profile.level == "shapes":
        return f"{_UNAIDED}, and from masks and codes of some rows."
    return f"{_UNAIDED}; no rows were read."


def _size(known: Facts) -> str:
    stats = known.stats
    database = f"{dialects.product(known.snapshot.dialect)} database"
    text = (
        f"{known.project} is {wording.article(database)} with "
        f"{wording.counted(stats['tables'], 'table')} and "
        f"{wording.counted(stats['columns'], 'column')}"
    )
    keys, implied = stats["declaredForeignKeys"], stats["impliedForeignKeys"]
    if keys:
        text += f", joined by {wording.counted(keys, 'declared foreign key')}"
    if implied:
        text += f"{' and' if keys else ', joined by'} {wording.counted(implied, 'undeclared one')}"
    views = stats["views"]
    return f"{text}; {wording.counted(views, 'view')} on top" if views else text


def _large(known: Facts) -> list[Domain]:
    found = [domain for domain in known.structure.domains if _joined(known, domain)]
    return found[:_AREAS_NAMED]


def _joined(known: Facts, domain: Domain) -> bool:
    """Tell whether keys hold the domain together; a pile of what is left over names no area."""
    inside = set(domain.tables)
    linked = [
        name for name in domain.tables if inside & {*known.targets(name), *known.referrers(name)}
    ]
    rest = domain.name.lower().startswith("other")
    return len(inside) > 1 and 2 * len(linked) > len(inside) and not rest


def _areas(named: list[str]) -> str:
    spoken = [name[:1].lower() + name[1:] if name[1:2].islower() else name for name in named]
    # A domain's own name may hold an "and", which would blur the list.
    return "; ".join(spoken) if any(" and " in name for name in spoken) else wording.listing(spoken)


def _central(known: Facts, hubs: list[str]) -> str:
    parts = [
        f"{hub} ({wording.counted(len(known.referrers(hub)), 'table')} "
        f"{'refers' if len(known.referrers(hub)) == 1 else 'refer'} to it)"
        for hub in hubs
    ]
    return f"At its centre {'stands' if len(parts) == 1 else 'stand'} {wording.listing(parts)}"
