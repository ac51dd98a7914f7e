"""Orders as JSON documents: the shape of ``docs/orders-openapi.yml``, read strictly."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from aftersales.orders.fields import DocumentError, Reader
from aftersales.orders.model import (
    AfterSale,
    AfterSaleKind,
    AfterSaleStage,
    Invoice,
    InvoiceState,
    Item,
    Order,
    OrderState,
    Parcel,
    ParcelEvent,
    Refund,
    RefundStage,
)


def write_order(order: Order) -> dict[str, object]:
    """The document of an order."""
    return {
        "store": order.store,
        "buyer": order.buyer,
        "number": order.number,
        "state": order.state.value,
        "placed_at": order.placed_at.isoformat(),
        "total": str(order.total),
        "paid_at": _moment(order.paid_at),
        "ship_by": _moment(order.ship_by),
        "presale_from": _moment(order.presale_from),
        "ended_at": _moment(order.ended_at),
        "freight_insurance": order.freight_insurance,
        "items": [
            {
                "name": item.name,
                "category": item.category,
                "quantity": item.quantity,
                "unit_price": str(item.unit_price),
                "custom_made": item.custom_made,
                "no_return_confirmed": item.no_return_confirmed,
                "current_price": None if item.current_price is None else str(item.current_price),
                "labels": sorted(item.labels),
            }
            for item in order.items
        ],
        "parcels": [
            {
                "carrier": parcel.carrier,
                "waybill": parcel.waybill,
                "shipped_at": parcel.shipped_at.isoformat(),
                "expected_at": _moment(parcel.expected_at),
                "signed_at": _moment(parcel.signed_at),
                "signed_by": parcel.signed_by,
                "contents": parcel.contents,
                "events": [{"at": event.at.isoformat(), "text": event.text} for event in parcel.events],
            }
            for parcel in order.parcels
        ],
        "refund": None if order.refund is None else _write_refund(order.refund),
        "after_sale": None if order.after_sale is None else _write_after_sale(order.after_sale),
        "invoice": None if order.invoice is None else _write_invoice(order.invoice),
    }


def _write_refund(refund: Refund) -> dict[str, object]:
    return {
        "stage": refund.stage.value,
        "channel": refund.channel,
        "requested_at": refund.requested_at.isoformat(),
        "amount": str(refund.amount),
        "with_return": refund.with_return,
        "approved_at": _moment(refund.approved_at),
        "paid_at": _moment(refund.paid_at),
        "rejected_because": refund.rejected_because,
    }


def _write_after_sale(case: AfterSale) -> dict[str, object]:
    return {
        "kind": case.kind.value,
        "stage": case.stage.value,
        "requested_at": case.requested_at.isoformat(),
        "return_carrier": case.return_carrier,
        "return_waybill": case.return_waybill,
        "received_at": _moment(case.received_at),
        "rejected_because": case.rejected_because,
    }


def _write_invoice(invoice: Invoice) -> dict[str, object]:
    return {
        "state": invoice.state.value,
        "kind": invoice.kind,
        "requested_at": _moment(invoice.requested_at),
        "issued_at": _moment(invoice.issued_at),
    }


def _moment(value: datetime | None) -> str | None:
    return None if value is None else value.isoformat()


def parse_iso(text: str) -> datetime:
    """An ISO 8601 time with offset. Raises :class:`ValueError`."""
    moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} has no offset")
    return moment


def read_order(value: object, parse_moment: Callable[[str], datetime] = parse_iso) -> Order:
    """The order in a document. Raises :class:`DocumentError`, which names the field."""
    fields = Reader(value, "", parse_moment)
    try:
        order = Order(
            store=fields.text("store"),
            buyer=fields.text("buyer"),
            number=fields.text("number"),
            state=fields.choice("state", OrderState),
            items=fields.each("items", _item),
            placed_at=fields.moment("placed_at"),
            total=fields.yuan("total"),
            paid_at=fields.maybe_moment("paid_at"),
            ship_by=fields.maybe_moment("ship_by"),
            presale_from=fields.maybe_moment("presale_from"),
            parcels=fields.each("parcels", _parcel),
            refund=fields.maybe("refund", _refund),
            after_sale=fields.maybe("after_sale", _after_sale),
            invoice=fields.maybe("invoice", _invoice),
            freight_insurance=fields.flag("freight_insurance"),
            ended_at=fields.maybe_moment("ended_at"),
        )
    except DocumentError:
        raise
    except ValueError as error:
        raise DocumentError(str(error)) from error
    fields.done()
    return order


def _item(fields: Reader) -> Item:
    return Item(
        name=fields.text("name"),
        category=fields.text("category"),
        quantity=fields.count("quantity"),
        unit_price=fields.yuan("unit_price"),
        custom_made=fields.flag("custom_made"),
        no_return_confirmed=fields.flag("no_return_confirmed"),
        current_price=fields.maybe_yuan("current_price"),
        labels=fields.words("labels"),
    )


def _parcel(fields: Reader) -> Parcel:
    return Parcel(
        carrier=fields.text("carrier"),
        waybill=fields.text("waybill"),
        shipped_at=fields.moment("shipped_at"),
        events=tuple(sorted(fields.each("events", _event), key=lambda event: event.at)),
        expected_at=fields.maybe_moment("expected_at"),
        signed_at=fields.maybe_moment("signed_at"),
        signed_by=fields.maybe_text("signed_by"),
        contents=fields.maybe_text("contents"),
    )


def _event(fields: Reader) -> ParcelEvent:
    return ParcelEvent(at=fields.moment("at"), text=fields.text("text"))


def _refund(fields: Reader) -> Refund:
    return Refund(
        stage=fields.choice("stage", RefundStage),
        channel=fields.text("channel"),
        requested_at=fields.moment("requested_at"),
        amount=fields.yuan("amount"),
        with_return=fields.flag("with_return"),
        approved_at=fields.maybe_moment("approved_at"),
        paid_at=fields.maybe_moment("paid_at"),
        rejected_because=fields.maybe_text("rejected_because"),
    )


def _after_sale(fields: Reader) -> AfterSale:
    return AfterSale(
        kind=fields.choice("kind", AfterSaleKind),
        stage=fields.choice("stage", AfterSaleStage),
        requested_at=fields.moment("requested_at"),
        return_carrier=fields.maybe_text("return_carrier"),
        return_waybill=fields.maybe_text("return_waybill"),
        received_at=fields.maybe_moment("received_at"),
        rejected_because=fields.maybe_text("rejected_because"),
    )


def _invoice(fields: Reader) -> Invoice:
    return Invoice(
        state=fields.choice("state", InvoiceState),
        kind=fields.maybe_text("kind") or "电子发票",
        requested_at=fields.maybe_moment("requested_at"),
        issued_at=fields.maybe_moment("issued_at"),
    )
