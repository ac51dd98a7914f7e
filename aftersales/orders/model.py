"""What an order is, to somebody who has to answer a question about it.

Only what an answer needs is here: no address, no telephone number, no full name. All times are aware.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import Enum


@dataclass(frozen=True)
class BuyerIdentity:
    """Who asks, as the verified token says. Nothing the buyer types can change it."""

    store: str
    buyer: str
    #: A stranger without an account: owns no orders.
    guest: bool = False


class OrderState(str, Enum):
    """Where an order stands, as the shop's order system reports it."""

    UNPAID = "unpaid"
    PAID = "paid"
    SHIPPED = "shipped"
    #: The carrier or the shop has marked a parcel as not moving; a silent parcel is found by its last event.
    STUCK = "stuck"
    SIGNED = "signed"
    #: Signed for, but the buyer has reported that nothing arrived.
    SIGNED_NOT_RECEIVED = "signed_not_received"
    #: Goods are on their way back or back already.
    RETURNED = "returned"
    REFUNDING = "refunding"
    REFUNDED = "refunded"
    CANCELLED = "cancelled"
    CLOSED = "closed"


class RefundStage(str, Enum):
    """How far a refund has come."""

    REQUESTED = "requested"
    #: Agreed; the shop waits for the goods.
    AWAITING_RETURN = "awaiting_return"
    #: The goods are back and are being looked at.
    INSPECTING = "inspecting"
    #: Agreed for good; the money is with the payment provider.
    APPROVED = "approved"
    PAID = "paid"
    REJECTED = "rejected"
    CANCELLED = "cancelled"


class AfterSaleKind(str, Enum):
    """What the buyer asked for."""

    RETURN = "return"
    EXCHANGE = "exchange"
    REPAIR = "repair"


class AfterSaleStage(str, Enum):
    """How far a return, exchange or repair has come."""

    REQUESTED = "requested"
    #: Agreed; the buyer still has to send the goods.
    AWAITING_PARCEL = "awaiting_parcel"
    #: The buyer has sent the goods.
    IN_TRANSIT = "in_transit"
    INSPECTING = "inspecting"
    DONE = "done"
    REJECTED = "rejected"
    CANCELLED = "cancelled"


class InvoiceState(str, Enum):
    """Where the invoice stands."""

    NONE = "none"
    REQUESTED = "requested"
    ISSUED = "issued"
    #: The buyer has asked to have it made out again.
    CHANGING = "changing"


@dataclass(frozen=True)
class Item:
    """One line of an order."""

    name: str
    #: Category key, as in the store file's lists of exceptions (``headphones``, ``fresh`` …).
    category: str
    quantity: int
    #: Yuan the buyer paid for one piece.
    unit_price: Decimal
    #: Made to the buyer's own wishes after the order was placed.
    custom_made: bool = False
    #: The buyer confirmed, for this purchase, that it cannot be returned without a reason.
    no_return_confirmed: bool = False
    #: Today's price of the same thing in yuan, when the order system knows it.
    current_price: Decimal | None = None
    #: ``flash_sale``, ``bundle``, ``gift`` …: what may exclude it from a promise.
    labels: frozenset[str] = frozenset()


@dataclass(frozen=True)
class ParcelEvent:
    """One line of a parcel's trace."""

    at: datetime
    text: str


@dataclass(frozen=True)
class Parcel:
    """One parcel; an order may have several."""

    carrier: str
    waybill: str
    shipped_at: datetime
    #: Oldest first.
    events: tuple[ParcelEvent, ...] = ()
    expected_at: datetime | None = None
    signed_at: datetime | None = None
    #: 本人, 家门口, 驿站 …, as the carrier reports it.
    signed_by: str | None = None
    contents: str | None = None

    @property
    def last_move(self) -> datetime:
        """When the parcel was last heard of."""
        return self.events[-1].at if self.events else self.shipped_at


@dataclass(frozen=True)
class Refund:
    """A refund that was asked for."""

    stage: RefundStage
    #: How the buyer paid, and so where the money goes back: 微信支付, 支付宝, 银行卡 …
    channel: str
    requested_at: datetime
    #: Yuan, as the shop's system has it.
    amount: Decimal
    #: Whether goods have to come back first.
    with_return: bool = False
    approved_at: datetime | None = None
    paid_at: datetime | None = None
    #: Why the shop refused, in its own words.
    rejected_because: str | None = None


@dataclass(frozen=True)
class AfterSale:
    """A return, exchange or repair the buyer has opened."""

    kind: AfterSaleKind
    stage: AfterSaleStage
    requested_at: datetime
    return_carrier: str | None = None
    return_waybill: str | None = None
    received_at: datetime | None = None
    rejected_because: str | None = None


@dataclass(frozen=True)
class Invoice:
    """The invoice of an order."""

    state: InvoiceState
    #: 电子发票, 纸质发票, 增值税专用发票 …
    kind: str = "电子发票"
    requested_at: datetime | None = None
    issued_at: datetime | None = None


@dataclass(frozen=True)
class Order:
    """One order of one buyer in one store."""

    store: str
    buyer: str
    number: str
    state: OrderState
    items: tuple[Item, ...]
    placed_at: datetime
    #: Yuan the buyer paid (or is to pay) in all.
    total: Decimal
    paid_at: datetime | None = None
    #: Until when the shop has promised to ship.
    ship_by: datetime | None = None
    #: Sold ahead: shipping starts at this time.
    presale_from: datetime | None = None
    parcels: tuple[Parcel, ...] = ()
    refund: Refund | None = None
    after_sale: AfterSale | None = None
    invoice: Invoice | None = None
    #: A freight insurance came with the order.
    freight_insurance: bool = False
    ended_at: datetime | None = None

    def __post_init__(self) -> None:
        """Raise :class:`ValueError` for an order nobody could talk about."""
        if not self.items:
            raise ValueError("items: an order needs at least one")
        if self.placed_at.tzinfo is None:
            raise ValueError("placed_at: has no offset")

    @property
    def short(self) -> str:
        """The last four characters of the number: how buyer and shop speak of an order."""
        return self.number[-4:]

    @property
    def item(self) -> str:
        """The goods in a few words."""
        first = self.items[0].name
        return first if len(self.items) == 1 else f"{first}等{len(self.items)}件"

    @property
    def shipped_at(self) -> datetime | None:
        """When the first parcel left."""
        return min((parcel.shipped_at for parcel in self.parcels), default=None)

    @property
    def signed_at(self) -> datetime | None:
        """When the last parcel was signed for; nothing while one is still on its way."""
        moments = [parcel.signed_at for parcel in self.parcels]
        if not moments or any(moment is None for moment in moments):
            return None
        return max(moment for moment in moments if moment is not None)
