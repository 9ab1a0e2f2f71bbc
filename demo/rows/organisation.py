"""The organisation chart: departments, seats, and who reports to whom."""

from collections.abc import Iterator
from dataclasses import dataclass, field

DEPARTMENTS = (  # code, name, code of the parent, cost center
    ("MGT", "Management", None, "1000"),
    ("FIN", "Finance", "MGT", "1000"),
    ("HR", "Human resources", "MGT", "1000"),
    ("SAL", "Sales", "MGT", "2200"),
    ("WEB", "Web shop", "SAL", "2000"),
    ("SHO", "Shops", "SAL", "2100"),
    ("WHO", "Wholesale", "SAL", "2200"),
    ("MKT", "Marketing", "MGT", "6000"),
    ("SVC", "Customer service", "MGT", "5000"),
    ("OPS", "Operations", "MGT", "3000"),
    ("LOG", "Warehouse and logistics", "OPS", "3000"),
    ("PUR", "Purchasing", "OPS", "3100"),
    ("PRO", "Production", "OPS", "4000"),
    ("DEV", "Product development", "OPS", "4000"),
)
POSITIONS = (  # department, job title, pay grade, is managerial, a site per seat
    ("MGT", "Managing director", 10, True, "HQ"),
    ("FIN", "Head of finance", 8, True, "HQ"),
    ("FIN", "Accountant", 5, False, "HQ HQ"),
    ("HR", "Head of human resources", 8, True, "HQ"),
    ("HR", "Payroll specialist", 5, False, "HQ"),
    ("SAL", "Head of sales", 8, True, "HQ"),
    ("WEB", "Web shop manager", 7, True, "HQ"),
    ("WEB", "Web developer", 6, False, "HQ HQ"),
    ("SHO", "Shop manager", 6, True, "SH-MUC SH-INN SH-ZRH SH-STR"),
    ("SHO", "Sales assistant", 3, False, "SH-MUC SH-INN SH-ZRH SH-STR " * 2 + "SH-MUC SH-INN"),
    ("WHO", "Sales representative", 5, False, "HQ " * 4),
    ("MKT", "Head of marketing", 7, True, "HQ"),
    ("MKT", "Marketing specialist", 4, False, "HQ HQ"),
    ("SVC", "Head of customer service", 7, True, "HQ"),
    ("SVC", "Service agent", 4, False, "HQ " * 6),
    ("OPS", "Head of operations", 9, True, "HQ"),
    ("LOG", "Warehouse manager", 6, True, "WH-MM WH-BS"),
    ("LOG", "Warehouse clerk", 3, False, "WH-MM " * 5 + "WH-BS " * 2),
    ("PUR", "Buyer", 5, False, "HQ " * 3),
    ("PRO", "Workshop supervisor", 6, True, "WS-KE WS-KE"),
    ("PRO", "Seamster", 3, False, "WS-KE " * 8),
    ("DEV", "Product designer", 6, False, "HQ HQ"),
)


@dataclass(frozen=True)
class Seat:
    """One position at one site; the first of its kind there is never vacant."""

    department: str
    title: str
    grade: int
    site: str
    is_managerial: bool
    is_first: bool


@dataclass(frozen=True)
class Chart:
    """Who leads which department and which team at a site, filled from the top."""

    heads: dict[str, int] = field(default_factory=dict)
    site_heads: dict[tuple[str, str], int] = field(default_factory=dict)

    def manager(self, seat: Seat) -> int | None:
        """Return the id of the manager of `seat`; None for the top."""
        if not seat.is_managerial and (seat.department, seat.site) in self.site_heads:
            return self.site_heads[seat.department, seat.site]
        above = _PARENTS[seat.department] if seat.is_managerial else seat.department
        while above is not None and above not in self.heads:
            above = _PARENTS[above]
        return self.heads[above] if above else None

    def appoint(self, seat: Seat, employee_id: int) -> None:
        """Make the employee lead the seat's department and team unless somebody does already."""
        if seat.is_managerial:
            self.heads.setdefault(seat.department, employee_id)
            self.site_heads.setdefault((seat.department, seat.site), employee_id)


def seats() -> Iterator[Seat]:
    """Yield every seat, managers before their teams."""
    seen = set()
    for department, title, grade, is_managerial, sites in POSITIONS:
        for site in sites.split():
            is_first = (title, site) not in seen
            seen.add((title, site))
            yield Seat(department, title, grade, site, is_managerial, is_first)


_PARENTS: dict[str, str | None] = {code: parent for code, _, parent, _ in DEPARTMENTS}
