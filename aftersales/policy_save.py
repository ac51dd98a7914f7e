"""``python -m aftersales.policy_save --store STORE``: keeps today's terms before they are edited.

Copies ``stores/<id>/store.yml`` to ``stores/<id>/versions/<policy_version>.yml`` and says what to do next.
Exits 0; 2 for a bad file, or when other terms were saved under that name before.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from aftersales.errors import AftersalesError, ConfigurationError
from aftersales.stores import load_packs, load_store, strict
from aftersales.stores.loader import version_file


def save(stores_dir: Path, rules_dir: Path, store_id: str) -> tuple[Path, bool]:
    """Copy the terms; returns the copy and whether it is new.

    Raises :class:`ConfigurationError` for a bad store file, and for a copy of that name that differs.
    """
    source = stores_dir / store_id / "store.yml"
    store = load_store(source, load_packs(rules_dir))
    target = version_file(source, store.policy_version)
    text = source.read_text(encoding="utf-8")
    if target.exists():
        if target.read_text(encoding="utf-8") != text:
            problem = f"{store.policy_version} is saved already, with other terms"
            fix = "Give store.yml a policy_version of its own, or compare the two files"
            raise ConfigurationError(strict.shown(target, 4), "policy_version", problem, fix)
        return target, False
    target.parent.mkdir(exist_ok=True)
    target.write_text(text, encoding="utf-8")
    return target, True


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    parser = argparse.ArgumentParser(prog="aftersales.policy_save", description=__doc__)
    parser.add_argument("--store", required=True, help="a store's id")
    parser.add_argument("--stores", type=Path, default=Path("stores"))
    parser.add_argument("--rules", type=Path, default=Path("rules"))
    options = parser.parse_args(arguments)
    try:
        target, fresh = save(options.stores, options.rules, options.store)
    except AftersalesError as error:
        print(error, file=sys.stderr)
        return 2
    print(f"{'已存好' if fresh else '早已存好'}：{target}")
    print("接下来：改 store.yml 里的条款，并换上新的 policy_version 和 effective_from；")
    print(f"改完先看影响：make policy-diff STORE={options.store} FROM={target.stem} TO=stores/{options.store}/store.yml")
    return 0


if __name__ == "__main__":
    sys.exit(main())
