"""What each store promises: read from ``stores/``, checked against the law's floors, given to templates as values."""

from aftersales.stores.hours import CHINA, Closing, Interval, ServiceHours
from aftersales.stores.loader import StoreDirectory, Stores, load_packs, load_store, load_stores
from aftersales.stores.model import GroupKey, PlatformId, Store
from aftersales.stores.packs import PlatformPack

__all__ = [
    "CHINA",
    "Closing",
    "GroupKey",
    "Interval",
    "PlatformId",
    "PlatformPack",
    "ServiceHours",
    "Store",
    "StoreDirectory",
    "Stores",
    "load_packs",
    "load_store",
    "load_stores",
]
