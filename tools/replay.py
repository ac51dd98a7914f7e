"""``make replay``: start a system of its own and play dialogues through its storefront, as so many buyers."""

from __future__ import annotations

import argparse
import json
import sqlite3
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from tools.door import ensure_door
from tools.environments import ROOT, ensure, python_of
from tools.model import ensure_model, environment
from tools.ports import free_ports
from tools.processes import NotReady, System
from tools.run import DEMO_AGENTS, load_demo_orders
from tools.say import step
from tools.secrets_file import ensure_secrets, store_ids, store_secret_name


def main() -> int:
    """Returns the exit code: 0 when every turn got an answer."""
    stores = store_ids(ROOT / "stores")
    parser = argparse.ArgumentParser(prog="make replay", description=__doc__)
    parser.add_argument("--file", required=True, help='JSON lines: {"id": "…", "turns": ["…", …]}')
    parser.add_argument("--store", default="", help=f"one of {', '.join(stores)}")
    parser.add_argument("--buyers", type=int, default=4, help="how many talk at once")
    parser.add_argument("--out", default="reports/replay", help="folder for transcripts and summary")
    options = parser.parse_args()
    store = options.store or stores[0]
    if store not in stores:
        print(f"STORE={store} is no store; use one of {', '.join(stores)}", file=sys.stderr)
        return 2
    if not Path(options.file).is_file():
        print(f"FILE={options.file} does not exist; name a file of JSON lines", file=sys.stderr)
        return 2
    ensure("bot", "desk")
    ensure_model()
    ensure_door()
    secrets = ensure_secrets(stores)
    with tempfile.TemporaryDirectory() as folder:
        load_demo_orders(f"{folder}/orders.db")
        with System(folder=Path(folder), ports=free_ports(), secrets=secrets, demo_agents=DEMO_AGENTS) as system:
            try:
                with step("starting actions, bot and desk"):
                    system.start()
            except NotReady as problem:
                print(problem, file=sys.stderr)
                return 1
            command = [
                str(python_of("desk")), "-m", "tools.replay_client", "--desk", system.desk_address, "--file", options.file,
                "--store", store, "--buyers", str(options.buyers), "--out", options.out,
            ]  # fmt: skip
            name = store_secret_name(store)
            code = subprocess.run(command, cwd=ROOT, env={**environment(), name: secrets[name]}).returncode
        report(Path(folder) / "desk.db", Path(options.out))
        return code


def report(database: Path, out: Path) -> None:
    """Add to the summary what became of each turn, and why people were called, out of the replay's own database."""
    with sqlite3.connect(database) as rows:
        readings = [json.loads(row[0]) for row in rows.execute("SELECT reading FROM messages WHERE reading IS NOT NULL")]
        reasons = Counter(row[0] for row in rows.execute("SELECT reason FROM tickets"))
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    summary["turns_by_outcome"] = dict(Counter(reading["outcome"] for reading in readings).most_common())
    summary["handed_off_why"] = dict(reasons.most_common())
    summary["emotions"] = dict(Counter(reading["emotion"] for reading in readings).most_common())
    (out / "summary.json").write_text(json.dumps(summary, ensure_ascii=False, indent=2), encoding="utf-8")
    print(json.dumps(summary, ensure_ascii=False, indent=2))


if __name__ == "__main__":
    sys.exit(main())
