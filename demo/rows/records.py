"""Attachments and the audit log."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from random import Random

from demo.rows import dice, moments
from demo.rows.customers import Customer
from demo.rows.people import People
from demo.rows.writer import Value, Writer

ATTACHMENTS, UPDATES = 70, 90
FILES = {  # subject: file name, media type, title of who uploads it
    "product": ("data-sheet.pdf", "application/pdf", "Product designer"),
    "ticket": ("photo.jpg", "image/jpeg", "Service agent"),
    "purchase_order": ("order-confirmation.pdf", "application/pdf", "Buyer"),
    "supplier": ("framework-contract.pdf", "application/pdf", "Buyer"),
}
WEIGHTS = {"ticket": 45, "product": 30, "purchase_order": 18, "supplier": 7}
DESK = "Service agent"


@dataclass(frozen=True)
class Subject:
    """A row that files can be attached to, and the day it came into being."""

    table: str
    id: int
    since: date


def write_attachments(writer: Writer, people: People, subjects: list[Subject]) -> None:
    """Write attachment."""
    rng = Random("attachments")
    files = []
    for _ in range(ATTACHMENTS):
        table = dice.weighted(rng, WEIGHTS)
        subject = rng.choice([subject for subject in subjects if subject.table == table])
        last = (
            moments.TODAY
            if table == "product"
            else min(subject.since + moments.WEEK, moments.TODAY)
        )
        day = moments.day_between(rng, max(subject.since, moments.BEGIN), last)
        files.append((moments.working_hour(rng, day), subject))
    for created_at, subject in sorted(files, key=_moment):
        name, media_type, title = FILES[subject.table]
        deleted_at = moments.later(rng, created_at, hours=(24, 4000))
        writer.add(
            "attachment",
            subject_type=subject.table,
            subject_id=subject.id,
            file_name=name,
            media_type=media_type,
            size_bytes=rng.randint(40_000, 4_000_000),
            storage_key=f"{created_at:%Y/%m}/{rng.getrandbits(64):016x}",
            uploaded_by=people.someone(rng, created_at.date(), title=title),
            created_at=created_at,
            deleted_at=deleted_at if dice.chance(rng, 0.1) else None,
        )


def write_audit_log(writer: Writer, people: People, customers: list[Customer]) -> None:
    """Write audit_log: new employees, changed customers and deleted ones."""
    rng = Random("audit")
    events = [*_hirings(rng, people), *_deletions(customers), *_changes(rng, customers)]
    for event in sorted(events, key=_logged_at):
        writer.add(
            "audit_log",
            employee_id=people.someone(rng, event.logged_at.date(), title=event.title),
            action=event.action,
            table_name=event.table,
            record_id=event.record_id,
            changes=json.dumps(event.changes, ensure_ascii=False),
            logged_at=event.logged_at,
        )


@dataclass(frozen=True)
class _Event:
    logged_at: datetime
    title: str
    action: str
    table: str
    record_id: int
    changes: dict[str, list[Value]]


def _moment(file: tuple[datetime, Subject]) -> datetime:
    return file[0]


def _logged_at(event: _Event) -> datetime:
    return event.logged_at


def _hirings(rng: Random, people: People) -> Iterator[_Event]:
    for member in people.staff:
        if member.hired_on > moments.BEGIN:
            at = moments.working_hour(rng, member.hired_on)
            changes: dict[str, list[Value]] = {"hired_on": [None, member.hired_on.isoformat()]}
            yield _Event(at, "Payroll specialist", "insert", "employee", member.id, changes)


def _deletions(customers: list[Customer]) -> Iterator[_Event]:
    for customer in customers:
        if customer.deleted_at is not None:
            at = customer.deleted_at
            changes: dict[str, list[Value]] = {"deleted_at": [None, at.isoformat(" ")]}
            yield _Event(at, DESK, "delete", "customer", customer.id, changes)


def _changes(rng: Random, customers: list[Customer]) -> Iterator[_Event]:
    for customer in rng.choices([one for one in customers if one.deleted_at is None], k=UPDATES):
        day = moments.day_between(rng, customer.created_at.date(), moments.TODAY)
        at = max(moments.working_hour(rng, day), customer.created_at)
        changes: dict[str, list[Value]] = {"phone": [None, f"+49 300 555 0{rng.randint(100, 199)}"]}
        if dice.chance(rng, 0.4):
            changes = {"email": [f"old{customer.id}@example.com", customer.email]}
        yield _Event(at, DESK, "update", "customer", customer.id, changes)
