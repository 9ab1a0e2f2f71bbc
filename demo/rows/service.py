"""Tickets of the service desk, what was written in them, and warranty claims."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from demo.rows import desk, dice, moments
from demo.rows.customers import Customer
from demo.rows.desk import Cause
from demo.rows.orders import Order
from demo.rows.people import People
from demo.rows.writer import Writer

NEW, OPEN, WAITING, RESOLVED, CLOSED = "new", "open", "waiting", "resolved", "closed"
OPEN_STATES = frozenset({NEW, OPEN, WAITING})
FRESH_DAYS, RECENT_DAYS = 1, 14
PRIORITIES = ("low", "normal", "high", "urgent")
ANSWERS = (  # what the agent writes, and what the customer may reply
    ("Thank you for your message, we are looking into it.", "Any news?"),
    ("Could you send us a photo?", "Here is the photo you asked for."),
    ("We have asked the colleagues and will be back tomorrow.", "Thank you for the quick answer."),
)
SETTLED = "This is settled now. Please write again if anything is missing."
INTERNAL = ("Customer has called twice, please hurry.", "Known batch, see the product file.")
FAULTS = ("Seam open", "Zip slider broken", "Coating peels off", "Buckle cracked")


@dataclass(frozen=True)
class Ticket:
    """A ticket as other domains refer to one."""

    id: int
    cause: Cause
    status: str
    agent_id: int | None
    first_response_at: datetime | None
    resolved_at: datetime | None


def write(
    writer: Writer, people: People, customers: list[Customer], placed: list[Order]
) -> list[Ticket]:
    """Write ticket_category, ticket, ticket_comment and warranty_claim."""
    rng = Random("service")
    category_ids = {
        name: writer.add(
            "ticket_category", name=name, default_priority=priority, response_hours=hours
        )
        for name, (priority, hours, _) in desk.CATEGORIES.items()
    }
    tickets = []
    for number, cause in enumerate(desk.causes(rng, customers, placed), 1):
        ticket = _draw(rng, people, number, cause)
        comments = list(_comments(rng, ticket))
        last_at = max([cause.opened_at, *(comment.at for comment in comments)])
        _write_ticket(writer, rng, ticket, category_ids[cause.category], last_at)
        for comment in sorted(comments, key=_moment):
            writer.add(
                "ticket_comment",
                ticket_id=ticket.id,
                employee_id=comment.employee_id,
                body=comment.body,
                is_internal=comment.is_internal,
                created_at=comment.at,
            )
        if cause.category == desk.WARRANTY and cause.order is not None:
            _write_claim(writer, rng, ticket, cause.order)
        tickets.append(ticket)
    return tickets


@dataclass(frozen=True)
class _Comment:
    at: datetime
    body: str
    employee_id: int | None
    is_internal: bool = False


def _moment(comment: _Comment) -> datetime:
    return comment.at


def _draw(rng: Random, people: People, number: int, cause: Cause) -> Ticket:
    status = _status(rng, (moments.TODAY - cause.opened_at.date()).days)
    agent_id = people.someone(rng, cause.opened_at.date(), title="Service agent")
    promised = desk.CATEGORIES[cause.category][1]
    answered_at = moments.later_at_work(rng, cause.opened_at, hours=(0.3, promised * 1.2))
    resolved_at = moments.later_at_work(rng, answered_at, hours=(1, 160))
    if answered_at >= moments.NOW:
        status = NEW
    elif resolved_at >= moments.NOW and status not in OPEN_STATES:
        status = OPEN
    return Ticket(
        id=number,
        cause=cause,
        status=status,
        agent_id=None if status == NEW else agent_id,
        first_response_at=None if status == NEW else answered_at,
        resolved_at=None if status in OPEN_STATES else resolved_at,
    )


def _status(rng: Random, age: int) -> str:
    if age <= FRESH_DAYS:
        return dice.weighted(rng, {NEW: 70, OPEN: 30})
    if age <= RECENT_DAYS:
        return dice.weighted(rng, {NEW: 8, OPEN: 47, WAITING: 25, RESOLVED: 20})
    return dice.weighted(rng, {OPEN: 2, WAITING: 3, RESOLVED: 15, CLOSED: 80})


def _comments(rng: Random, ticket: Ticket) -> Iterator[_Comment]:
    answered_at = ticket.first_response_at
    if answered_at is None:
        return
    answer, reply = rng.choice(ANSWERS)
    yield _Comment(answered_at, answer, ticket.agent_id)
    until = ticket.resolved_at or moments.NOW
    hours = min((until - answered_at) / timedelta(hours=1), 60)
    if dice.chance(rng, 0.6):
        yield _Comment(moments.later(rng, answered_at, hours=(0, hours)), reply, None)
    if dice.chance(rng, 0.2):
        at = moments.later(rng, answered_at, hours=(0, hours))
        yield _Comment(at, rng.choice(INTERNAL), ticket.agent_id, is_internal=True)
    if ticket.resolved_at is not None:
        yield _Comment(ticket.resolved_at, SETTLED, ticket.agent_id)


def _write_ticket(
    writer: Writer, rng: Random, ticket: Ticket, category_id: int, last_at: datetime
) -> None:
    cause = ticket.cause
    usual, _, subjects = desk.CATEGORIES[cause.category]
    is_rated = ticket.resolved_at is not None and dice.chance(rng, 0.55)
    score = dice.weighted(rng, {5: 45, 4: 30, 3: 13, 2: 7, 1: 5})
    writer.add(
        "ticket",
        id=ticket.id,
        ticket_number=f"T-{ticket.id:05}",
        customer_id=cause.customer.id,
        sales_order_id=cause.order.id if cause.order else None,
        ticket_category_id=category_id,
        agent_id=ticket.agent_id,
        channel=dice.weighted(rng, {"email": 50, "phone": 22, "chat": 22, "shop": 6}),
        subject=rng.choice(subjects),
        priority=rng.choice(PRIORITIES) if dice.chance(rng, 0.2) else usual,
        status=ticket.status,
        opened_at=cause.opened_at,
        first_response_at=ticket.first_response_at,
        resolved_at=ticket.resolved_at,
        satisfaction_score=score if is_rated else None,
        updated_at=last_at,
    )


def _write_claim(writer: Writer, rng: Random, ticket: Ticket, order: Order) -> None:
    decision = dice.weighted(rng, {"repaired": 50, "replaced": 30, "refused": 20})
    resolved_at = ticket.resolved_at
    cost = round(rng.uniform(8, 45), 2) if decision == "repaired" else 0
    writer.add(
        "warranty_claim",
        ticket_id=ticket.id,
        product_variant_id=rng.choice(order.lines).variant.id,
        fault=rng.choice(FAULTS),
        status=decision if resolved_at else "submitted",
        repair_cost=cost if resolved_at else 0,
        currency_code="EUR",
        decided_on=resolved_at.date() if resolved_at else None,
    )
