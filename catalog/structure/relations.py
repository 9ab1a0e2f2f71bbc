"""How tables join: declared foreign keys, and those that names and types imply."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Relation:
    """`columns` of `table` refer to `target_columns` of `target`."""

    table: str
    columns: tuple[str, ...]
    target: str
    target_columns: tuple[str, ...]
    declared: bool
    score: float  # 1.0 when declared; else how sure the inference is
    evidence: tuple[str, ...]
