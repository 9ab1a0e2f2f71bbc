"""Writes all domains in the order in which they refer to each other."""

from random import Random

from demo.rows import (
    accounts,
    billing,
    company,
    customers,
    feedback,
    fulfilment,
    intake,
    ledger,
    legacy,
    marketing,
    moments,
    movements,
    payroll,
    people,
    production,
    products,
    purchasing,
    records,
    service,
    suppliers,
    warehouse,
)
from demo.rows.records import Subject
from demo.rows.writer import Writer


def write(writer: Writer) -> None:
    """Write every row of the demo database."""
    sites = company.write(writer)
    books = accounts.write(writer)
    team = people.write(writer, books, sites)
    payroll.write(writer, team)
    variants = products.write(writer, team)
    coupons = marketing.write(writer, team, variants)
    buyers = customers.write(writer)
    placed = intake.write(writer, intake.Market(sites, team, buyers, variants, coupons))
    depots = fulfilment.open_depots(writer, sites)
    shipments = fulfilment.write(writer, depots, placed)
    invoices = billing.write(writer, placed, shipments)
    sellers = suppliers.write(writer, variants)
    receipts = purchasing.write(writer, depots, team, sellers)
    causes = movements.Causes(
        shipments=shipments,
        returns=feedback.write_returns(writer, placed),
        receipts=receipts,
        outputs=production.write(writer, sites, team, variants, sellers),
    )
    moves = movements.collect(Random("movements"), variants, causes)
    warehouse.write(writer, depots, team, moves, placed)
    ledger.write(writer, books, team, invoices, receipts)
    tickets = service.write(writer, team, buyers, placed)
    feedback.write_reviews(writer, placed)
    feedback.write_subscriptions(writer, buyers)
    legacy.write(writer, buyers)
    records.write_audit_log(writer, team, buyers)
    subjects = [Subject("product", variant.product_id, variant.launched_on) for variant in variants]
    subjects += [Subject("supplier", seller.id, moments.BEGIN) for seller in sellers]
    subjects += [Subject("ticket", ticket.id, ticket.cause.opened_at.date()) for ticket in tickets]
    subjects += [
        Subject("purchase_order", receipt.order_id, receipt.ordered_on) for receipt in receipts
    ]
    records.write_attachments(writer, team, subjects)
