"""Keeps TensorFlow out of a process whose parts have no use for it: 300 MB of memory and several seconds of each start.

To load any model Rasa imports all of its parts, and those that learn with TensorFlow build classes upon it. When
``config.yml`` names none of them, they find a stand-in here: classes can be built upon it, and any attempt to really use
it is an error that says what to do. Nothing of Rasa's own is replaced.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any, Optional

import yaml

#: The packages that are stood in for.
PACKAGES = ("tensorflow", "keras")
#: Rasa's own parts that are known to do without; any other is taken to need it. Ours are under ``bot.``.
WITHOUT = frozenset({"SpacyTokenizer", "FallbackClassifier", "RulePolicy"})


class NotLoadedError(ImportError):
    """TensorFlow is wanted after all."""


def spare_tensorflow(config: Path) -> bool:
    """Stand in for TensorFlow if the parts in ``config`` do without. Returns whether; call it before Rasa loads a model.

    It stays out of the way when TensorFlow is there already, or when the configuration cannot be read: Rasa says why.
    """
    if any(package in sys.modules for package in PACKAGES) or not does_without(config):
        return False
    sys.meta_path.insert(0, _Finder())
    return True


def does_without(config: Path) -> bool:
    """Whether all parts in a Rasa configuration are known to do without TensorFlow."""
    try:
        content = yaml.safe_load(config.read_text(encoding="utf-8"))
        names = [str(part["name"]) for key in ("pipeline", "policies") for part in content[key]]
    except (OSError, yaml.YAMLError, KeyError, TypeError):
        return False
    return all(name in WITHOUT or name.startswith("bot.") for name in names)


class _StandIn(type):
    """A class that can be built upon and named in annotations, has whatever attributes are asked for, and makes nothing."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _StandIn(name, (), {"__module__": cls.__module__, "__qualname__": f"{cls.__qualname__}.{name}"})

    def __call__(cls, *_: Any, **__: Any) -> Any:
        raise NotLoadedError(
            f"{cls.__module__}.{cls.__qualname__} needs TensorFlow, which was not loaded because no part in config.yml is "
            "known to need it. Train the model anew with today's config.yml, or take the part out of WITHOUT in "
            "bot/without_tensorflow.py"
        )


class _Module(ModuleType):
    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _StandIn(name, (), {"__module__": self.__name__})


class _Finder(MetaPathFinder, Loader):
    def find_spec(self, name: str, path: Optional[Sequence[str]], target: Any = None) -> Optional[ModuleSpec]:
        if name.partition(".")[0] not in PACKAGES:
            return None
        return ModuleSpec(name, self, is_package=True)

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return _Module(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """There is nothing to run."""
