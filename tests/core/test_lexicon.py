"""The word lists: what they find, what they leave alone, and how loudly a broken file is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from aftersales.reading.lexicon import KINDS, LexiconError, default_lexicons, load_lexicons
from aftersales.reading.normalise import normalise


def kinds_in(text: str) -> set[str]:
    return {hit.entry.kind for hit in default_lexicons().find(normalise(text).text)}


@pytest.mark.parametrize(
    "text",
    [
        "傻*逼",
        "煞笔",
        "傻 b",
        "沙币客服",
        "ＳＢ",
        "弱質智障",
        "弱·智",
        "若智",
        "恼残",
        "nmsl",
        "C N M",
        "你🐴死了",
        "草泥马的店",
        "儍逼",
        "caonima",
        "脑#残",
    ],
)
def test_obfuscated_insults_are_found(text: str) -> None:
    assert "abuse" in kinds_in(text)


@pytest.mark.parametrize(
    "text",
    [
        "usb接口松了",
        "滚筒洗衣机能放阳台吗",
        "2B铅笔少一支",
        "沙比利木门有现货吗",
        "这是啥笔啊",
        "给狗狗买的",
        "小丑鱼缸怎么装",
        "麦克风有杂音",
        "王者荣耀周边",
    ],
)
def test_innocent_neighbours_are_no_insults(text: str) -> None:
    assert "abuse" not in kinds_in(text)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("退到工商银行可以吗", "regulator_media"),
        ("寄到法院路88号", "regulator_media"),
        ("烟雾报警器不响", "regulator_media"),
        ("多媒体音箱", "regulator_media"),
        ("厨房垃圾桶", "anger"),
        ("安装人工费多少", "human_request"),
        ("不用转人工了", "human_request"),
        ("你是人工吗", "human_request"),
        ("快递员到楼下给我打电话", "human_request"),
        ("不是投诉你们", "complaint"),
        ("一星期能到吗", "complaint"),
        ("会过敏吗", "safety"),
        ("漏电保护开关", "safety"),
        ("买的是假发", "fraud"),
        ("怕买到假货", "fraud"),
        ("运费险怎么赔", "compensation"),
        ("家里没人签收", "service_attitude"),
        ("第二次购买了", "repeated_failure"),
        ("会不会泄露隐私", "privacy"),
    ],
)
def test_innocents_cancel_the_hit_they_contain(text: str, kind: str) -> None:
    assert kind not in kinds_in(text)


def test_an_innocent_cancels_only_what_it_contains() -> None:
    assert "regulator_media" in kinds_in("不退到工商银行卡我就去工商局告")


def test_numbers_and_latin_words_need_borders() -> None:
    assert "regulator_media" not in kinds_in("订单尾号912315")
    assert "regulator_media" in kinds_in("我打12315了")


def test_a_space_between_two_thoughts_makes_no_word() -> None:
    assert "complaint" not in kinds_in("质量太差 评价也看不到")


# --- disguises ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("傻碧店家", "abuse"),
        ("zhizhang客服", "abuse"),
        ("氵昆蛋", "abuse"),
        ("傻🍺", "abuse"),
        ("傻傻逼逼", "abuse"),
        ("蜡圾", "anger"),
        ("马扁子", "fraud"),
        ("假huo", "fraud"),
        ("投，诉", "complaint"),
        ("我要t诉", "complaint"),
        ("转rengong", "human_request"),
        ("转🧑工", "human_request"),
        ("12三15", "regulator_media"),
        ("工shang局", "regulator_media"),
        ("1-2-3-1-5", "regulator_media"),
    ],
)
def test_a_word_in_disguise_is_read_as_the_word(text: str, kind: str) -> None:
    assert kind in kinds_in(text)


@pytest.mark.parametrize(
    "text",
    [
        "辣鸡翅还有吗",
        "颜色偏紫",
        "商家货发了吗",
        "来了几个人，工具带齐了",
        "12-3-15批次",
        "SB-700闪光灯",
        "laji@163.com",
        "gunmetal色",
        "女马丁靴",
        "尼玛县",
        "颜色不差，评价也好",
        "不用转ren工",
        "zhi zhang de 厚度",
        "🗑袋一卷多少只",
    ],
)
def test_what_only_looks_like_a_disguise_is_left_alone(text: str) -> None:
    assert kinds_in(text) <= {"tic"}


def test_a_hit_in_disguise_stands_where_it_was_typed() -> None:
    text = normalise("你们 骗 / 子 店").text
    (hit,) = [hit for hit in default_lexicons().find(text) if hit.entry.kind == "fraud"]
    assert text[hit.start : hit.end] == "骗 / 子"


@pytest.mark.parametrize(
    ("disguises", "told"),
    [
        ("words: []", "words must be a list that is not empty"),
        ("words: [12315]", "put quotes around numbers"),
        ("words: [骗子]\nsound: yes", "allowed are looks, note, ordinary, parts, words"),
        ("words: [骗子]\nparts: {马: 骗}", "must be two or more characters mapped to one"),
        ("words: [骗子]\nlooks: {骗: 编}", "looks.骗 must be a list of texts"),
        ("words: [骗子", "not readable as YAML"),
    ],
)
def test_a_bad_list_of_disguises_is_refused(tmp_path: Path, disguises: str, told: str) -> None:
    (lexicon_folder(tmp_path) / "disguises.yml").write_text(disguises, encoding="utf-8")
    with pytest.raises(LexiconError, match=told):
        load_lexicons(tmp_path)


# --- the file format ----------------------------------------------------------------------------------------


def lexicon_folder(tmp_path: Path, **files: str) -> Path:
    for kind in KINDS:
        text = files.get(kind, f"kind: {kind}\nentries: [{{terms: [某词], says: {{angry: 0.5}}}}]\n")
        (tmp_path / f"{kind}.yml").write_text(text, encoding="utf-8")
    innocents = files.get("innocents", "innocents: [{phrases: [某词典]}]\n")
    (tmp_path / "innocents.yml").write_text(innocents, encoding="utf-8")
    return tmp_path


def test_a_folder_of_own_lists_loads(tmp_path: Path) -> None:
    lexicons = load_lexicons(lexicon_folder(tmp_path))
    assert [hit.entry.kind for hit in lexicons.find("查某词")].count("anger") == 1
    assert lexicons.find("买某词典") == ()


@pytest.mark.parametrize(
    ("anger", "told"),
    [
        ("kind: anger\nentries: [{terms: [气], says: {angry: 2}}]", r"anger.yml: entries\[1\]: strength of angry is 2"),
        (
            "kind: anger\nentries: [{terms: [气], says: {cross: 0.5}}]",
            r"anger.yml: entries\[1\]: says speaks for 'cross'; use one of",
        ),
        ("kind: anger\nentries: [{terms: [气], says: {angry: 0.5}, wieght: 1}]", "unknown field wieght; allowed are"),
        ("kind: anger\nentries: [{terms: [12315], says: {angry: 0.5}}]", "put quotes around numbers"),
        ("kind: anger\nentries: [{terms: [投訴], says: {angry: 0.5}}]", "can never be found; write it as '投诉'"),
        ("kind: anger\nentries: [{pattern: '(', anchors: [气], says: {angry: 0.5}}]", "is not an expression"),
        ("kind: anger\nentries: [{pattern: '气+', says: {angry: 0.5}}]", "anchors must be a list of words"),
        ("kind: anger\nentries: [{terms: [气], says: {angry: 0.5}, target: shop}]", "target is 'shop'; use one of"),
        ("kind: angry\nentries: [{terms: [气], says: {angry: 0.5}}]", "kind is 'angry'; it must be 'anger'"),
        ("kind: anger\nentries: []", "entries must be a list that is not empty"),
        ("kind: [anger", "not readable as YAML"),
    ],
)
def test_a_bad_list_is_refused_with_file_entry_and_fix(tmp_path: Path, anger: str, told: str) -> None:
    with pytest.raises(LexiconError, match=told):
        load_lexicons(lexicon_folder(tmp_path, anger=anger))


def test_a_missing_list_is_named(tmp_path: Path) -> None:
    folder = lexicon_folder(tmp_path)
    (folder / "safety.yml").unlink()
    with pytest.raises(LexiconError, match=r"safety.yml missing"):
        load_lexicons(folder)


def test_innocents_may_only_cancel_known_kinds(tmp_path: Path) -> None:
    with pytest.raises(LexiconError, match="cancels must be a list of kinds"):
        load_lexicons(lexicon_folder(tmp_path, innocents="innocents: [{phrases: [某词典], cancels: [rage]}]"))
