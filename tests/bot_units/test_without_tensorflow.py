"""TensorFlow stays out only where nothing needs it, and the model reads the same without it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bot.without_tensorflow import does_without

ROOT = Path(__file__).resolve().parents[2]
#: Loads the parts of a model as Rasa does, then says whether TensorFlow came along, and what a use of it ends in.
PROBE = """
import json, sys, warnings
warnings.simplefilter("ignore")
from pathlib import Path
from bot.without_tensorflow import NotLoadedError, spare_tensorflow
spared = spare_tensorflow(Path("config.yml"))
import skops.io, rasa.__main__, rasa.core.run, rasa.engine.recipes.default_components
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.utils.tensorflow.models import RasaModel
from bot.nlu import entities, intents, signals, spacy_once
from rasa.core.policies.rule_policy import RulePolicy
try:
    RasaModel()
    used = "made"
except NotLoadedError as problem:
    used = str(problem)
print(json.dumps({
    "spared": spared, "twice": spare_tensorflow(Path("config.yml")), "used": used,
    "real": hasattr(sys.modules["tensorflow"], "__version__"), "rules": RulePolicy.__module__,
}))
"""


def test_this_projects_own_configuration_does_without() -> None:
    assert does_without(ROOT / "config.yml")


@pytest.mark.parametrize(
    ("content", "without"),
    [
        ("pipeline: [{name: bot.nlu.x.Y}, {name: SpacyTokenizer}]\npolicies: [{name: RulePolicy}]\n", True),
        ("pipeline: [{name: bot.nlu.x.Y}, {name: DIETClassifier}]\npolicies: [{name: RulePolicy}]\n", False),
        ("pipeline: [{name: SpacyTokenizer}]\npolicies: [{name: RulePolicy}, {name: TEDPolicy}]\n", False),
        ("pipeline: [{name: somebody.elses.Part}]\npolicies: [{name: RulePolicy}]\n", False),
        ("pipeline: [{name: SpacyTokenizer}]\n", False),
        ("policies:\n", False),
        ("", False),
        ("pipeline: [", False),
    ],
)
def test_any_part_that_is_not_known_to_do_without_gets_it(tmp_path: Path, content: str, without: bool) -> None:
    (tmp_path / "config.yml").write_text(content, encoding="utf-8")
    assert does_without(tmp_path / "config.yml") is without


def test_without_a_configuration_nothing_is_spared(tmp_path: Path) -> None:
    assert not does_without(tmp_path / "config.yml")


def test_all_of_rasa_loads_without_it_and_a_use_is_an_honest_error() -> None:
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", PROBE], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["spared"] and not told["real"] and told["rules"] == "rasa.core.policies.rule_policy"
    assert "needs TensorFlow" in told["used"] and "config.yml" in told["used"]
    # The stand-in is there now, and once is enough.
    assert told["twice"] is False
