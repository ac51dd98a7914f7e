"""An order as an example: what stands in an answer where a real order will fill in its facts."""

from __future__ import annotations

from collections.abc import Mapping

#: By whole key first, else by the last part of the key.
_SAMPLES: Mapping[str, str] = {
    "order.short": "3072",
    "order.item": "浅灰色保温杯",
    "order.items": "浅灰色保温杯等两件",
    "order.state": "已发货",
    "order.number": "订单尾号3072",
    "short": "3072",
    "item": "浅灰色保温杯",
    "items": "浅灰色保温杯",
    "carrier": "顺丰速运",
    "waybill": "尾号6158",
    "last_event": "快件已到达转运中心",
    "contents": "杯盖",
    "signed_by": "本人签收",
    "kind": "换货",
    "because": "商品页写明的情形",
    "basis": "定作商品",
    "category": "定制款",
    "excluded": "限时活动价",
    "channel": "微信支付",
    "arrival": "一般很快到",
    "amount": "129元",
    "all": "两",
    "signed": "一",
    "title": "商品有问题",
    "noted": "照片",
}


def sample_value(key: str) -> str:
    """An example for ``key``: a moment or a day unless the key is known to be something else."""
    last = key.rsplit(".", 1)[-1]
    if key in _SAMPLES or last in _SAMPLES:
        return _SAMPLES.get(key, _SAMPLES.get(last, ""))
    return "11月20日14:30" if last.endswith("_at") else "11月28日"
