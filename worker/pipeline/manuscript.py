"""What has been written so far about one schema; the structural text is there from the start."""

from dataclasses import dataclass, field, replace

from catalog.context import DomainContext, Insight, StartingPrompt, TableContext, Text
from worker.pipeline.facts import Facts
from worker.pipeline.structural import domains, insights, overview, tables


@dataclass(kw_only=True)
class Manuscript:
    """The parts of a context; every table and column has a text as soon as `describe` has run."""

    tables: dict[str, TableContext] = field(default_factory=dict)
    domains: tuple[DomainContext, ...] = ()
    summary: str = ""
    description: str = ""
    insights: tuple[Insight, ...] = ()
    prompts: tuple[StartingPrompt, ...] = ()
    notes: list[str] = field(default_factory=list)
    computed: tuple[str, ...] = ()  # lines of summary and description that facts told
    labels: dict[str, str] = field(default_factory=dict)  # translated, by the English ones
    doubted: set[str] = field(default_factory=set)  # whose own description is

    def describe(self, known: Facts) -> None:
        """Write every table, column and domain from facts."""
        self.tables = {table.id: tables.write(known, table) for table in known.snapshot.tables}
        self.domains = domains.write(known)

    def introduce(self, known: Facts) -> None:
        """Write summary, description and insights from facts."""
        self.summary = overview.summarise(known)
        self.description = overview.describe(known)
        self.insights = insights.find(known)

    def adopt(self, plain: "Manuscript") -> None:
        """Begin from all that another one holds by now; what is there already stays."""
        self.tables = self.tables or dict(plain.tables)
        self.domains = self.domains or plain.domains
        self.summary = self.summary or plain.summary
        self.description = self.description or plain.description
        self.insights = self.insights or plain.insights
        self.prompts = self.prompts or plain.prompts

    def put(self, table: str, column: str | None, text: Text) -> None:
        """Replace the text of a column, or of the table itself where `column` is None."""
        found = self.tables[table]
        if column is None:
            self.tables[table] = replace(found, description=text)
            return
        columns = tuple(
            replace(other, description=text) if other.name == column else other
            for other in found.columns
        )
        self.tables[table] = replace(found, columns=columns)

    def doubt(self, table: str, column: str | None, reason: str) -> None:
        """Keep the text that is there, with low confidence and the reason."""
        found = self.tables[table]
        text = found.description
        if column is None:
            self.doubted.add(table)
        if column is not None:
            text = next(other.description for other in found.columns if other.name == column)
        self.put(table, column, replace(text, confidence="low", evidence=(*text.evidence, reason)))
