"""What is known of a column's values, in words for a model."""

from catalog.model import Column, Table
from worker.pipeline import wording
from worker.pipeline.facts import Facts


def words(known: Facts, table: Table, column: Column) -> list[str]:
    """Return phrases about the values of the column; none where nothing is known of them."""
    profile = known.profile.column(table.id, column.name)
    told = []
    if profile.null_share:
        told.append(f"empty in {max(1, round(100 * profile.null_share))} % of the rows")
    if profile.distinct is not None:
        told.append(f"about {profile.distinct} different values")
    if profile.codes:
        told.append(f"values seen: {wording.listing(profile.codes, limit=len(profile.codes))}")
    if profile.shapes:
        shapes = wording.listing(profile.shapes)
        told.append(f"values look like {shapes} (A and a stand for letters, 9 for digits)")
    return told
