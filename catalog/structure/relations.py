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

    @property
    def telling(self) -> str:
        """The column that says what the reference is for, such as parent_id beside tenant_id.

        A tenant's number is called as it is in the target, and stands in every reference.
        """
        pairs = zip(self.columns, self.target_columns, strict=False)
        renamed = [own for own, other in pairs if own != other]
        return (renamed or self.columns)[-1]
