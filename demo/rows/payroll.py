"""Leave and payslips."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random

from demo.rows import dice, moments
from demo.rows.people import People, Staff
from demo.rows.writer import Writer

LEAVE_TYPES = (
    ("ANNUAL", "Annual leave", True, 30),
    ("SICK", "Sick leave", True, None),
    ("PARENTAL", "Parental leave", False, None),
    ("TRAINING", "Training leave", True, 5),
    ("UNPAID", "Unpaid leave", False, None),
)
LEAVE_WEIGHTS = {"ANNUAL": 66, "SICK": 20, "TRAINING": 8, "UNPAID": 4, "PARENTAL": 2}
DAYS = {"ANNUAL": (1, 15), "SICK": (1, 6), "TRAINING": (1, 3), "UNPAID": (2, 10)}
PARENTAL_DAYS = (40, 80)
SICK, REQUESTED = "SICK", "requested"


def write(writer: Writer, people: People) -> None:
    """Write leave_type, leave_request and payslip."""
    rng = Random("payroll")
    for code, name, is_paid, days in LEAVE_TYPES:
        writer.add("leave_type", code=code, name=name, is_paid=is_paid, days_per_year=days)
    for member in people.staff:
        for _ in range(rng.randint(0, 3)):
            _write_leave(writer, rng, member)
    for month in moments.months(date(2026, 1, 1), moments.TODAY):
        for member in people.staff:
            if member.works_on(month):
                _write_payslip(writer, member, month)


def _write_leave(writer: Writer, rng: Random, member: Staff) -> None:
    last = min(member.left_on or moments.TODAY, moments.TODAY) - timedelta(days=10)
    starts_on = moments.workday(
        moments.day_between(rng, max(member.hired_on, date(2025, 1, 1)), last)
    )
    if not member.works_on(starts_on):
        return
    kind = dice.weighted(rng, LEAVE_WEIGHTS)
    working_days = rng.randint(*DAYS.get(kind, PARENTAL_DAYS))
    ends_on = starts_on
    for _ in range(working_days - 1):
        ends_on = moments.workday(ends_on + timedelta(days=1))
    asked_on = moments.workday(
        starts_on - timedelta(days=0 if kind == SICK else rng.randint(7, 60))
    )
    asked_at = moments.working_hour(rng, min(asked_on, starts_on))
    is_recent = starts_on > moments.TODAY - timedelta(days=30)
    needs_decision = kind != SICK and member.manager_id is not None
    status = "approved"
    if needs_decision:
        status = REQUESTED if is_recent else dice.weighted(rng, {"approved": 91, "rejected": 9})
    is_decided = needs_decision and status != REQUESTED
    writer.add(
        "leave_request",
        employee_id=member.id,
        leave_type_code=kind,
        starts_on=starts_on,
        ends_on=ends_on,
        working_days=working_days,
        status=status,
        decided_by=member.manager_id if is_decided else None,
        decided_at=moments.later(rng, asked_at, hours=(1, 72)) if is_decided else None,
        created_at=asked_at,
    )


def _write_payslip(writer: Writer, member: Staff, month: date) -> None:
    gross = round(member.salary / 12, 2)
    share = Decimal("0.22") if member.currency == "CHF" else Decimal("0.37")
    deduction = round(gross * share, 2)
    writer.add(
        "payslip",
        employee_id=member.id,
        pay_month=f"{month:%Y-%m}",
        gross_amount=gross,
        deduction_amount=deduction,
        net_amount=gross - deduction,
        currency_code=member.currency,
        paid_on=month.replace(day=27),
    )
