"""``python -m aftersales.answers --store STORE|all``: prints each answer as the buyer reads it, and checks them all.

Exits 0 when nothing is wrong, 1 with one line a problem (``file: response [store]: problem``), 2 for a bad file.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from aftersales.answers.check import check, with_foreign_keys
from aftersales.answers.lexicon import load_forbidden
from aftersales.answers.render import MissingValue, NoVariation, Variation, holds, render
from aftersales.answers.responses import Responses, load_responses
from aftersales.errors import AftersalesError
from aftersales.rules import load_catalogue
from aftersales.stores import Store, load_stores


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    parser = argparse.ArgumentParser(prog="aftersales.answers", description=__doc__)
    parser.add_argument("--store", default="all", help="a store's id, or all")
    parser.add_argument("--only", default="", help="print only responses whose name holds this")
    parser.add_argument("--quiet", action="store_true", help="check without printing the answers")
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
        responses = load_responses(options.responses)
        rules = load_catalogue(options.rules / "catalogue")
        forbidden = load_forbidden(options.rules / "lexicons" / "forbidden.yml")
    except AftersalesError as error:
        print(error, file=sys.stderr)
        return 2
    if not options.quiet:
        for store in stores.values():
            _print(store, responses, options.only)
    problems = check(responses, stores, rules, forbidden)
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


def _print(store: Store, responses: Responses, only: str) -> None:
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
