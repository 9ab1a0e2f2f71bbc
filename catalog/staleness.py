"""Which texts of a context a changed schema makes doubtful."""

from collections.abc import Iterator

from catalog import reviews
from catalog.context import Context
from catalog.differences import Difference


def of(difference: Difference, context: Context) -> frozenset[str]:
    """Return the targets of the context, by the names that it uses, that cannot know the change.

    A change of a table touches what is written of it, of its domain, of prompts that read it, and
    of the whole; of its columns only those that changed.
    """
    return frozenset(_targets(difference, context)) if not difference.is_empty else frozenset()


def _targets(difference: Difference, context: Context) -> Iterator[str]:
    yield reviews.DESCRIPTION
    yield reviews.SUMMARY
    gone = {*difference.removed, *(one.before for one in difference.renamed)}
    touched = gone | {one.before for one in difference.changed}
    for table_id in touched:
        yield reviews.of_table(table_id)
    for one in difference.changed:
        before = {each.after: each.before for each in one.columns_renamed}
        changed = (before.get(each.column, each.column) for each in one.columns_changed)
        for name in (*one.columns_removed, *before.values(), *changed):
            yield reviews.of_column(one.before, name)
    for domain in context.domains:
        if touched.intersection(domain.tables):
            yield reviews.of_domain(domain.name)
    for prompt in context.prompts:
        if touched.intersection(prompt.tables):
            yield reviews.of_item(prompt)
