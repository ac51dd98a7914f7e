"""``python -m aftersales.answers --store STORE|all``: prints each answer as the buyer reads it, and checks them all.

``--check`` only checks. Exits 0 when nothing is wrong, 1 with one line a problem
(``file: response [store]: problem. How to mend it``), 2 for a bad file. A line that begins with ``warning:`` is no problem.
"""

from __future__ import annotations

import argparse
import dataclasses
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from aftersales.answers.check import check, with_foreign_keys
from aftersales.answers.checks import Material, Problem, load_material
from aftersales.answers.overrides import with_overrides
from aftersales.answers.render import MissingValue, NoVariation, Variation, holds, render
from aftersales.answers.replies import check_replies
from aftersales.answers.responses import Responses, load_responses
from aftersales.errors import AftersalesError
from aftersales.stores import (
    Store,
    StoreReplies,
    Stores,
    canned,
    load_all_replies,
    load_all_versions,
    load_stores,
)


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    parser = argparse.ArgumentParser(prog="aftersales.answers", description=__doc__)
    parser.add_argument("--store", default="all", help="a store's id, or all")
    parser.add_argument("--only", default="", help="print only responses whose name holds this")
    parser.add_argument("--check", action="store_true", help="check without printing the answers")
    parser.add_argument("--stores", type=Path, default=Path("stores"))
    parser.add_argument("--rules", type=Path, default=Path("rules"))
    parser.add_argument("--responses", type=Path, default=Path("data/responses"))
    options = parser.parse_args(arguments)
    try:
        stores = load_stores(options.stores, options.rules)
        if options.store != "all":
            if options.store not in stores:
                print(f"no store {options.store!r}; known: {', '.join(stores)}", file=sys.stderr)
                return 2
            stores = {options.store: stores[options.store]}
        checked = _with_versions(stores, options.stores, options.rules)
        replies = load_all_replies(options.stores)
        responses = load_responses(options.responses)
        material = load_material(options.rules)
    except AftersalesError as error:
        print(error, file=sys.stderr)
        return 2
    if not options.check:
        for store in stores.values():
            _print(store, with_overrides(responses, replies[store.id].overrides), replies[store.id], options.only)
    problems = _problems(responses, checked, replies, material)
    for problem in problems:
        print("warning: " * (problem.level == "warning") + str(problem), file=sys.stderr)
    wrong = sum(problem.level == "error" for problem in problems)
    if options.check and not wrong:
        print(f"{len(responses)} answers, {len(checked)} sets of terms: nothing wrong")
    return 1 if wrong else 0


def _problems(
    responses: Responses, stores: Stores, replies: Mapping[str, StoreReplies], material: Material
) -> list[Problem]:
    found = dict.fromkeys(check(responses, stores, material))
    for store in stores.values():
        # Terms of other days are named "id version".
        own = replies[store.id.split(" ")[0]]
        found.update(dict.fromkeys(check_replies(store, own, responses, material)))
    return list(found)


def _with_versions(stores: Stores, stores_dir: Path, rules_dir: Path) -> Stores:
    """The stores, and each under its earlier and announced terms: those are said to older orders, and from a day to come."""
    found = dict(stores)
    for store_id, versions in load_all_versions(stores_dir, rules_dir).items():
        for one in versions.all if store_id in stores else ():
            if one != stores[store_id]:
                name = f"{store_id} {one.policy_version}"
                found[name] = dataclasses.replace(one, id=name)
    return found


def _print(store: Store, responses: Responses, replies: StoreReplies, only: str) -> None:
    print(f"══ {store.name}（{store.id}）")
    for name, variations in responses.items():
        if only not in name:
            continue
        for variation in variations:
            said = _said(variation, variations, store)
            if said is not None:
                print(f"\n── {name}{'（再问一次）' if variation.again else ''}\n{said}")
                if variation.buttons:
                    print("　".join(f"[{button.title}]" for button in variation.buttons))
    for quick in canned(store, replies):
        if only in quick.id:
            print(f"\n── 快捷回复 {quick.id}：{quick.title}\n{quick.text}")
    print()


def _said(variation: Variation, variations: tuple[Variation, ...], store: Store) -> str | None:
    """The words, or ``None`` when another wording is said in its place."""
    try:
        fitting = [entry for entry in variations if entry.again == variation.again and _fits(entry, store)]
        # A response about an order has several wordings, one an order's state; all of them are shown.
        about_order = any(with_foreign_keys(entry, store.values())[0].when != entry.when for entry in variations)
        chosen = variation in fitting if about_order else variation is max(fitting, key=lambda entry: len(entry.when))
        if not chosen:
            return None
        own, values = with_foreign_keys(variation, store.values())
        return render(own.text, values, name=own.name)
    except (MissingValue, NoVariation, ValueError):
        # The checker reports it; printing goes on.
        return None


def _fits(variation: Variation, store: Store) -> bool:
    own, values = with_foreign_keys(variation, store.values())
    return holds(own, values)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except BrokenPipeError:
        # The reader (`| head`) has seen enough; Python would complain once more while closing.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
