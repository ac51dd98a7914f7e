"""How the trained part of the door reads our own answers: each alarm on one of them is a false one.

It only ever adds to the record of an answer (it does not stop the bot), so it need not be silent; but whoever trains it
anew, or writes an answer, has to hear of it when it gets worse.
"""

from __future__ import annotations

import pytest
from store_builder import ROOT

from aftersales.answers import load_responses
from aftersales.answers.check import samples
from aftersales.door import load_door
from aftersales.door.load import READER
from aftersales.stores import load_stores

#: Shares of our answers that the reader, by itself, may take for something to stop, or to be asked about. Lower them
#: when it has learnt; never raise them without reading the list that the failing test prints.
STOPPED, ASKED_ABOUT = 0.10, 0.40


@pytest.mark.parametrize(("level", "most"), [("block", STOPPED), ("warn", ASKED_ABOUT)])
def test_the_reader_seldom_takes_our_own_answers_for_wrong(level: str, most: float) -> None:
    door = load_door(ROOT / "rules", ROOT / READER)
    said = {
        one.sample: one
        for store in load_stores(ROOT / "stores").values()
        for one in samples(load_responses(ROOT / "data" / "responses"), store)
    }
    alarms = []
    for one in said.values():
        for violation in door.check(one.sample, one.store, "agent").violations:
            if violation.found_by == "reader" and violation.level == level:
                alarms.append(f"{one.variation.name} [{one.store.id}]: {violation.kind}: {violation.span}")
    listed = "\n".join(alarms)
    assert len(alarms) <= most * len(said), f"{len(alarms)} of {len(said)}:\n{listed}"
