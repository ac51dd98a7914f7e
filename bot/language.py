"""The Chinese pipeline that Rasa's ``SpacyNLP`` loads: spaCy's tokenizer over pkuseg, with our user dictionary.

pkuseg's general model ships inside the ``pkuseg`` package, so nothing is fetched. The pipeline is saved to a folder
because Rasa loads spaCy pipelines by path only.

``python -m bot.language`` builds it; a second call does nothing while dictionary and package are the same.
"""

from __future__ import annotations

import hashlib
import sys
from importlib.metadata import version
from pathlib import Path

import pkuseg
from spacy.lang.zh import Chinese

from bot.segmenter import LEAST_SPREAD, compact

FOLDER = Path("build/zh-aftersales")
DICTIONARY = Path("rules/lexicons/segmenter.txt")
_STAMP = "built-from.txt"


def read_dictionary(path: Path) -> list[str]:
    """The words of a user dictionary: one a line, ``#`` starts a comment."""
    lines = (line.split("#", 1)[0].strip() for line in path.read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line]


def build(folder: Path = FOLDER, dictionary: Path = DICTIONARY) -> bool:
    """Save the pipeline to ``folder``. Returns whether anything had to be done."""
    stamp = _stamp(dictionary)
    if stamp_of(folder) == stamp:
        return False
    pipeline = Chinese.from_config({"nlp": {"tokenizer": {"segmenter": "pkuseg"}}})
    model = Path(pkuseg.__file__).parent / "models" / "default"
    pipeline.tokenizer.initialize(pkuseg_model=str(model))
    compact(pipeline.tokenizer.pkuseg_seg)
    pipeline.tokenizer.pkuseg_update_user_dict(read_dictionary(dictionary))
    folder.mkdir(parents=True, exist_ok=True)
    pipeline.to_disk(folder)
    (folder / _STAMP).write_text(stamp)
    return True


def stamp_of(folder: Path | str) -> str:
    """What a saved pipeline was built from; empty when it was not built by us."""
    stamp = Path(folder) / _STAMP
    return stamp.read_text() if stamp.is_file() else ""


def _stamp(dictionary: Path) -> str:
    words = hashlib.sha256(dictionary.read_bytes()).hexdigest()
    return f"dictionary {words}\npkuseg {version('pkuseg')}\nspacy-pkuseg {version('spacy-pkuseg')}\nspread {LEAST_SPREAD}\n"


if __name__ == "__main__":
    print("Chinese pipeline:", "built" if build() else "up to date", "in", FOLDER, file=sys.stderr)
