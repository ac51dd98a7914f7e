"""A platform as a buyer knows it: where to click, what things are called, and the refund channels.

A pack holds names and paths, never terms: what is promised stands in the store file, what must be in the rules.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Paths:
    """Where a buyer clicks, written as the buyer sees it: ``我的订单 → 订单详情 → 申请售后``."""

    orders: str
    refund: str
    refund_progress: str
    refund_cancel: str
    returns: str
    return_progress: str
    exchange: str
    repair: str
    order_cancel: str
    order_modify: str
    logistics: str
    invoice: str
    price_protection: str
    coupons: str
    payment: str
    account: str
    review: str
    usage: str
    intervention: str
    official_service: str


@dataclass(frozen=True)
class Terms:
    """What the platform calls things."""

    app: str
    case: str
    refund_only: str
    return_refund: str
    exchange: str
    intervention: str
    balance: str


@dataclass(frozen=True)
class Channel:
    """A way money goes back. ``text`` says when it arrives; ``rules`` name the verified rules a number comes from."""

    name: str
    text: str
    rules: tuple[str, ...] = ()


@dataclass(frozen=True)
class PlatformPack:
    """One platform, out of ``rules/platforms/<id>.yml``."""

    id: str
    name: str
    paths: Paths
    terms: Terms
    refund_stages: tuple[str, ...]
    channels: tuple[Channel, ...]
    order_number: str
