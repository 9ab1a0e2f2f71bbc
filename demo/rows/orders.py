"""What a sales order is: lines, amounts, and the stages it goes through."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from demo.rows.company import TaxRate
from demo.rows.customers import Customer
from demo.rows.variants import CENT, Variant

WEB, SHOP, WHOLESALE = "web", "shop", "wholesale"
NEW, CONFIRMED, SHIPPED, COMPLETED, CANCELLED = (
    "new",
    "confirmed",
    "shipped",
    "completed",
    "cancelled",
)
DELIVERED_STATES = frozenset({SHIPPED, COMPLETED})
NO_MONEY = Decimal("0.00")


@dataclass(frozen=True)
class Line:
    """An order line; amounts are without tax."""

    id: int
    variant: Variant
    quantity: int
    unit_price: Decimal
    discount_percent: Decimal
    tax: TaxRate

    @property
    def amount(self) -> Decimal:
        """The amount after the discount of the line."""
        full = self.quantity * self.unit_price
        return (full * (100 - self.discount_percent) / 100).quantize(CENT)


@dataclass(frozen=True)
class Order:
    """A sales order as other domains refer to one."""

    id: int
    customer: Customer
    channel: str
    shop: str | None
    status: str
    ordered_at: datetime
    coupon_id: int | None
    coupon_percent: Decimal
    lines: tuple[Line, ...]
    shipping: Decimal
    shipping_tax: TaxRate

    @property
    def subtotal(self) -> Decimal:
        """The sum of the lines."""
        return sum((line.amount for line in self.lines), NO_MONEY)

    @property
    def discount(self) -> Decimal:
        """What the coupon takes off the subtotal."""
        return (self.subtotal * self.coupon_percent / 100).quantize(CENT)

    @property
    def tax(self) -> Decimal:
        """The tax on the lines after the coupon, and on shipping."""
        kept = (100 - self.coupon_percent) / 100
        exact = self.shipping * self.shipping_tax.percent / 100
        for line in self.lines:
            exact += line.amount * kept * line.tax.percent / 100
        return exact.quantize(CENT)

    def refund(self, line: Line, quantity: int) -> Decimal:
        """Return what is paid back for `quantity` pieces of `line`, with tax."""
        share = Decimal(quantity) / line.quantity * (100 - self.coupon_percent) / 100
        return (line.amount * share * (100 + line.tax.percent) / 100).quantize(CENT)

    @property
    def net(self) -> Decimal:
        """What the customer pays, without tax."""
        return self.subtotal - self.discount + self.shipping

    @property
    def total(self) -> Decimal:
        """What the customer pays."""
        return self.net + self.tax

    @property
    def is_delivered(self) -> bool:
        """Whether the goods have left the house."""
        return self.status in DELIVERED_STATES
