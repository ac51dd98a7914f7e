"""The segmenter keeps every word of the user dictionary in one piece."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pkuseg
import pytest
import spacy
import spacy_pkuseg

from bot.language import DICTIONARY, build, read_dictionary, stamp_of
from bot.segmenter import compact

ROOT = Path(__file__).resolve().parents[2]
TERMS = read_dictionary(ROOT / DICTIONARY)


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("zh")
    assert build(folder, ROOT / DICTIONARY)
    return spacy.load(folder)


def test_every_term_is_one_word(pipeline: Any) -> None:
    torn = {term: [token.text for token in pipeline(term)] for term in TERMS}
    assert {term: cut for term, cut in torn.items() if cut != [term]} == {}


def test_the_dictionary_is_clean() -> None:
    assert len(TERMS) > 50
    assert len(TERMS) == len(set(TERMS))
    assert all(term == term.strip() and " " not in term for term in TERMS)


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("我想申请价保", ["价保"]),
        ("运费险怎么理赔", ["运费险"]),
        ("七天无理由还能退吗", ["七天无理由"]),
        ("帮我转人工", ["转人工"]),
        ("电子发票在哪下载", ["电子发票"]),
    ],
)
def test_terms_stay_whole_inside_a_sentence(pipeline: Any, sentence: str, words: list[str]) -> None:
    assert set(words) <= {token.text for token in pipeline(sentence)}


def test_no_character_is_lost(pipeline: Any) -> None:
    for text in ("退款🙏到哪了？", "订单330918274651到哪了", "S B 客服", "全角１２３ＡＢＣ"):
        assert "".join(token.text_with_ws for token in pipeline(text)) == text


def test_an_unchanged_dictionary_builds_nothing_again(tmp_path: Path) -> None:
    words = tmp_path / "words.txt"
    words.write_text("价保\n# 说明\n运费险  # 保险\n\n", encoding="utf-8")
    assert read_dictionary(words) == ["价保", "运费险"]
    assert build(tmp_path / "zh", words)
    first = stamp_of(tmp_path / "zh")
    assert not build(tmp_path / "zh", words)
    words.write_text("价保\n", encoding="utf-8")
    assert build(tmp_path / "zh", words)
    assert stamp_of(tmp_path / "zh") != first


def test_a_folder_that_nobody_built_has_no_stamp(tmp_path: Path) -> None:
    assert stamp_of(tmp_path) == ""


def messages() -> list[str]:
    """Buyers' messages from the held-out sets, which no dictionary entry was written from."""
    lines = [
        line.split("\t")[0].lower()
        for path in sorted((ROOT / "tests/reading").glob("heldout_g*.tsv"))
        for line in path.read_text(encoding="utf-8").splitlines()[1:]
    ]
    assert len(lines) > 700
    return lines


def test_the_compact_model_cuts_as_the_full_one() -> None:
    segmenter = spacy_pkuseg.pkuseg(str(Path(pkuseg.__file__).parent / "models" / "default"))
    before = [segmenter.cut(line) for line in messages()]
    everything = segmenter.n_feature

    assert compact(segmenter, least_spread=0.0) > 0.9 * everything
    assert [segmenter.cut(line) for line in messages()] == before, "weights that are all the same decide nothing"

    assert compact(segmenter) < everything / 3
    changed = [line for line, cut in zip(messages(), before) if segmenter.cut(line) != cut]
    assert len(changed) <= 0.005 * len(before), changed
