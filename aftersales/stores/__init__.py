"""What each store promises: read from ``stores/``, checked against the law's floors, given to templates as values."""

from aftersales.stores.hours import CHINA, Closing, Interval, ServiceHours
from aftersales.stores.loader import (
    StoreDirectory,
    Stores,
    load_all_replies,
    load_all_versions,
    load_packs,
    load_store,
    load_stores,
)
from aftersales.stores.model import GroupKey, PlatformId, Store
from aftersales.stores.packs import PlatformPack
from aftersales.stores.replies import Canned, QuickReply, StoreReplies, canned
from aftersales.stores.versions import StoreVersions

__all__ = [
    "CHINA",
    "Canned",
    "Closing",
    "GroupKey",
    "Interval",
    "PlatformId",
    "PlatformPack",
    "QuickReply",
    "ServiceHours",
    "Store",
    "StoreDirectory",
    "StoreReplies",
    "StoreVersions",
    "Stores",
    "canned",
    "load_all_replies",
    "load_all_versions",
    "load_packs",
    "load_store",
    "load_stores",
]
