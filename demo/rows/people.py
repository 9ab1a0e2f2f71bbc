"""Departments, job titles, employees and their contracts."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from demo.rows import company, dice, moments, organisation, vocabulary
from demo.rows.accounts import Accounts
from demo.rows.company import Company
from demo.rows.organisation import Seat
from demo.rows.writer import Value, Writer

SWISS_SITES = frozenset({"SH-ZRH", "WH-BS"})
FULL_TIME, PART_TIME = Decimal("38.5"), (Decimal(20), Decimal(30))
SWISS_SALARY_FACTOR = 1.4
PERMANENT, FIXED_TERM, APPRENTICE = "permanent", "fixed_term", "apprentice"


@dataclass(frozen=True)
class Staff:
    """An employee as other domains refer to one."""

    id: int
    names: tuple[str, str]
    seat: Seat
    manager_id: int | None
    hired_on: date
    left_on: date | None
    currency: str
    weekly_hours: Decimal
    salary: Decimal  # per year, before tax, for the weekly hours

    def works_on(self, day: date) -> bool:
        """Tell whether the employee is employed on `day`."""
        return self.hired_on <= day and (self.left_on is None or day <= self.left_on)


@dataclass(frozen=True)
class People:
    """All employees, in order of their ids."""

    staff: list[Staff]

    def someone(self, rng: Random, day: date, *, title: str, site: str | None = None) -> int:
        """Return the id of an employee with this title, at this site if given, on `day`."""
        return rng.choice(
            [
                member.id
                for member in self.staff
                if member.seat.title == title
                and member.works_on(day)
                and site in {None, member.seat.site}
            ]
        )


def write(writer: Writer, accounts: Accounts, sites: Company) -> People:
    """Write department, job_title, employee and employment_contract."""
    rng = Random("people")
    departments: dict[str, int] = {}
    for code, name, parent, cost_center in organisation.DEPARTMENTS:
        departments[code] = writer.add(
            "department",
            code=code,
            name=name,
            parent_id=departments[parent] if parent else None,
            cost_center_id=accounts.cost_centers[cost_center],
        )
    titles = {
        title: writer.add("job_title", name=title, pay_grade=grade, is_managerial=is_managerial)
        for _, title, grade, is_managerial, _ in organisation.POSITIONS
    }
    chart = organisation.Chart()
    staff: list[Staff] = []
    for seat in organisation.seats():
        names = _new_names(rng, seat, {member.names for member in staff})
        member = _hire(rng, seat, len(staff) + 1, names, chart.manager(seat))
        _write_employee(
            writer,
            rng,
            member,
            department_id=departments[seat.department],
            job_title_id=titles[seat.title],
            site_id=sites.sites[seat.site],
        )
        chart.appoint(seat, member.id)
        staff.append(member)
    people = People(staff)
    for member in staff:
        _write_contracts(writer, rng, member, people)
    return people


def _new_names(rng: Random, seat: Seat, taken: set[tuple[str, str]]) -> tuple[str, str]:
    while (names := vocabulary.person(rng, _SITE_COUNTRY[seat.site])) in taken:
        pass
    return names


def _hire(
    rng: Random, seat: Seat, member_id: int, names: tuple[str, str], manager_id: int | None
) -> Staff:
    opened_on, closed_on = _SITE_LIFE[seat.site]
    first = max(opened_on, date(2008, 1, 1))
    is_newcomer = not seat.is_first and dice.chance(rng, 0.3)
    hired_on = moments.workday(
        moments.day_between(rng, moments.BEGIN, date(2026, 3, 31))
        if is_newcomer and closed_on is None
        else moments.day_between(rng, first, date(2024, 3, 31))
    )
    left_on = closed_on
    if left_on is None and not seat.is_first and dice.chance(rng, 0.15):
        left_on = moments.day_between(rng, max(hired_on, moments.BEGIN), moments.TODAY)
    hours = FULL_TIME if seat.is_managerial or dice.chance(rng, 0.7) else rng.choice(PART_TIME)
    return Staff(
        id=member_id,
        names=names,
        seat=seat,
        manager_id=manager_id,
        hired_on=hired_on,
        left_on=left_on,
        currency="CHF" if seat.site in SWISS_SITES else "EUR",
        weekly_hours=hours,
        salary=_salary(rng, seat, hours),
    )


def _salary(rng: Random, seat: Seat, hours: Decimal) -> Decimal:
    factor = SWISS_SALARY_FACTOR if seat.site in SWISS_SITES else 1
    full_time = (24_000 + 6_300 * seat.grade) * factor * rng.uniform(0.93, 1.12)
    return Decimal(round(full_time * float(hours / FULL_TIME) / 100) * 100)


def _write_employee(writer: Writer, rng: Random, member: Staff, **keys: Value) -> None:
    first_name, last_name = member.names
    mailbox = f"{vocabulary.ascii_word(first_name)}.{vocabulary.ascii_word(last_name)}"
    created_at = moments.working_hour(rng, max(moments.BEGIN, member.hired_on - timedelta(days=14)))
    is_gone = member.left_on is not None and member.left_on <= moments.TODAY
    removed_on = member.left_on + timedelta(days=180) if member.left_on else moments.TODAY
    is_deleted = removed_on < moments.TODAY
    writer.add(
        "employee",
        id=member.id,
        employee_number=f"E{1000 + member.id}",
        first_name=first_name,
        last_name=last_name,
        email=f"{mailbox}{member.id}@nordgrat.example",
        phone=f"+49 831 5550{member.id:03}" if member.seat.site == "HQ" else None,
        manager_id=member.manager_id,
        status="left" if is_gone else "on_leave" if dice.chance(rng, 0.05) else "active",
        hired_on=member.hired_on,
        left_on=member.left_on,
        created_at=created_at,
        updated_at=moments.later(rng, created_at, hours=(1, 9000)),
        deleted_at=moments.working_hour(rng, removed_on) if is_deleted else None,
        **keys,
    )


def _write_contracts(writer: Writer, rng: Random, member: Staff, people: People) -> None:
    kind = dice.weighted(rng, {PERMANENT: 85, FIXED_TERM: 8, APPRENTICE: 7})
    if member.seat.is_managerial or member.seat.is_first:
        kind = PERMANENT
    raised_on = date(2025, 1, 1)
    has_raise = member.works_on(raised_on) and member.hired_on.year < raised_on.year
    has_raise = has_raise and dice.chance(rng, 0.35)
    periods = [(member.hired_on, member.left_on, member.salary)]
    if has_raise:
        before = round(member.salary / Decimal("1.04"), 2)
        periods = [
            (member.hired_on, raised_on - timedelta(days=1), before),
            (raised_on, member.left_on, member.salary),
        ]
    for starts_on, ends_on, salary in periods:
        recorded_on = max(moments.BEGIN, starts_on - timedelta(days=10))
        writer.add(
            "employment_contract",
            employee_id=member.id,
            contract_type=kind,
            weekly_hours=member.weekly_hours,
            annual_salary=salary,
            currency_code=member.currency,
            starts_on=starts_on,
            ends_on=ends_on or (date(2026, 12, 31) if kind == FIXED_TERM else None),
            created_at=moments.working_hour(rng, moments.workday(recorded_on)),
            created_by=people.someone(rng, recorded_on, title="Head of human resources"),
        )


_SITE_LIFE = {code: (opened, closed) for code, _, _, _, _, opened, closed in company.SITES}
_SITE_COUNTRY = {code: country for code, _, _, country, _, _, _ in company.SITES}
