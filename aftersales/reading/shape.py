"""What a character looks like: emoji that stand for words, letters of other alphabets, characters typed in parts.

Only what is never innocent is folded here, for every reader of the message; what may be innocent (马扁, 女马) is
tried by `aftersales/reading/disguise.py` inside a hot word only.
"""

from __future__ import annotations

import re

# Emoji are words to an angry buyer: some name a feeling, others stand in for a character of an insult.
EMOJI_NAMES: dict[str, str] = {
    **dict.fromkeys("😡🤬😠👿💢", "[怒]"),
    **dict.fromkeys("😤🤯", "[气]"),
    **dict.fromkeys("🤮🤢", "[吐]"),
    **dict.fromkeys("💩", "[屎]"),
    **dict.fromkeys("🖕", "[中指]"),
    **dict.fromkeys("👎", "[差]"),
    **dict.fromkeys("🙄😒", "[白眼]"),
    **dict.fromkeys("😭😢😩😫", "[哭]"),
    **dict.fromkeys("🔪🗡🔫💣", "[刀]"),
    **dict.fromkeys("💀☠⚰", "[死]"),
    **dict.fromkeys("🐴🐎", "马"),
    **dict.fromkeys("🐶🐕", "狗"),
    **dict.fromkeys("🐷🐖🐽", "猪"),
    **dict.fromkeys("🐔🐓", "鸡"),
    **dict.fromkeys("🌶", "辣"),
    **dict.fromkeys("🐢", "龟"),
    **dict.fromkeys("🥚", "蛋"),
    **dict.fromkeys("🐂🐮", "牛"),
    **dict.fromkeys("🤡", "小丑"),
}
# Emoji that are innocent by themselves and stand for a character only inside hot words ("傻🍺", "转🧑工").
# The classifiers do not see them.
EMOJI_SIGNS: dict[str, str] = {
    **dict.fromkeys("🌿🍃🌱", "[草]"),
    **dict.fromkeys("🍺🍻", "[逼]"),
    **dict.fromkeys("👴", "[爷]"),
    **dict.fromkeys("🧠", "[脑]"),
    **dict.fromkeys("👩🤱", "[妈]"),
    **dict.fromkeys("👨🧑👤🙋🙎", "[人]"),
    **dict.fromkeys("👷🔨⚒🛠", "[工]"),
    **dict.fromkeys("👮🚓🚔🚨", "[警]"),
    **dict.fromkeys("⚖", "[法]"),
    **dict.fromkeys("🗑🚮", "[筒]"),
    **dict.fromkeys("💰💵💸", "[钱]"),
    **dict.fromkeys("🛢🪣", "[桶]"),
    **dict.fromkeys("🍚", "[饭]"),
    **dict.fromkeys("🐛🪱", "[蛆]"),
    **dict.fromkeys("🐭🐀", "[鼠]"),
    **dict.fromkeys("👀👁", "[眼]"),
    **dict.fromkeys("💥", "[炸]"),
    **dict.fromkeys("🖤", "[黑]"),
    **dict.fromkeys("🔄🔁", "[转]"),
    **dict.fromkeys("📰🗞", "[报]"),
    **dict.fromkeys("🚧", "[障]"),
    **dict.fromkeys("🍎🍏", "[苹]"),
    **dict.fromkeys("🐆", "[豹]"),
    **dict.fromkeys("👦👶", "[子]"),
    **dict.fromkeys("🖊✏🖋", "[笔]"),
    **dict.fromkeys("🛍📦", "[货]"),
}
SIGN = re.compile("|".join(re.escape(sign) for sign in sorted(set(EMOJI_SIGNS.values()))))

# Letters of other alphabets that are drawn like Latin ones; NFKC keeps them apart.
_LOOK_ALIKE = dict(
    zip(
        "аеорсухѕіјԁһьвмнтκαεορτυχꜱʙɴᴍʟɢᴜᴊᴀᴅᴛᴘᴄᴢʜɪᴋᴏʀᴠᴡʏɡıſ",
        "aeopcyxsijdhbbmhtkaeoptuxsbnmlgujadtpczhikorvwygis",
        strict=True,
    )
)
# White on black letters, which Unicode does not say are letters.
_BOXED = {chr(first + i): chr(97 + i) for first in (0x1F150, 0x1F170) for i in range(26)}
LETTERS: dict[str, str] = {**_LOOK_ALIKE, **_BOXED}

# Parts of characters as the radicals block has them.
_RADICALS = str.maketrans("⺅⺡⺘⻈⺖⺨⻊⺼⻋⻐⻔", "亻氵扌讠忄犭足月车钅门")
# One part that no word has by itself, and what stands to its right.
SPLIT: dict[str, str] = {
    "亻尔": "你", "亻也": "他", "亻门": "们", "亻叚": "假", "亻段": "假", "亻言": "信", "亻责": "债", "亻尝": "偿",
    "亻赏": "偿", "亻呆": "保", "亻本": "体", "亻壬": "任", "亻到": "倒", "亻火": "伙", "亻隹": "谁", "亻聿": "律",
    "亻牛": "件", "亻专": "传", "亻吏": "使", "亻故": "做", "亻更": "便", "亻中": "仲", "亻足": "促", "亻主": "住",
    "氵昆": "滚", "氵衮": "滚", "氵滚": "滚", "氵去": "法", "氵肖": "消", "氵每": "海",
    "氵曼": "漫", "氵由": "油", "氵工": "江", "氵可": "河", "氵青": "清", "氵先": "洗", "氵查": "渣",
    "氵尼": "泥", "氵少": "沙", "氵充": "流", "氵㐬": "流", "氵良": "浪",
    "扌殳": "投", "扌艮": "报", "扌又": "报", "扌𠬝": "报", "扌非": "排", "扌戈": "找", "扌喿": "操", "扌操": "操", "扌丁": "打",
    "扌奂": "换", "扌立": "拉", "扌圭": "挂", "扌巴": "把", "扌是": "提", "扌高": "搞", "扌召": "招",
    "扌发": "拨", "扌旦": "担", "扌包": "抱",
    "讠斥": "诉", "讠乍": "诈", "讠正": "证", "讠人": "认", "讠平": "评", "讠公": "讼", "讠寸": "讨", "讠射": "谢",
    "讠义": "议", "讠周": "调", "讠尤": "说", "讠兑": "说", "讠果": "课", "讠京": "谅", "讠身寸": "谢",
    "讠司": "词", "讠舌": "话", "讠某": "谋", "讠荒": "谎", "讠己": "记", "讠上": "让", "讠青": "请", "讠井": "讲",
    "讠隹": "谁", "讠吾": "语", "讠方": "访", "讠殳": "设", "讠成": "诚", "讠午": "许", "讠仑": "论", "讠卖": "读",
    "犭句": "狗", "犭者": "猪", "犭苗": "猫", "犭良": "狼", "犭瓜": "狐", "犭孟": "猛", "犭王": "狂",
    "忄生": "性", "忄白": "怕", "忄曼": "慢", "忄青": "情", "忄夬": "快", "忄亡": "忙", "忄每": "悔", "忄不": "怀",
    "忄发": "忧", "忄尤": "忧", "纟合": "给", "纟工": "红", "纟及": "级", "纟分": "纷", "纟屯": "纯", "纟丩": "纠",
    "纟圣": "经", "纟者": "绪", "纟东": "练", "纟色": "绝", "钅戋": "钱", "钅昔": "错", "钅失": "铁", "钅肖": "销",
    "艹早": "草", "艹化": "花", "艹乂": "艾", "疒丙": "病", "疒知": "痴", "疒风": "疯", "疒难": "瘫", "疒令": "疼", "疒发": "废",
    "辶艮": "退", "辶反": "返", "辶文": "这", "辶元": "远", "辶斤": "近", "辶米": "迷", "辶兆": "逃", "辶不": "还",
    "彳聿": "律", "彳艮": "很", "彳寺": "待", "彳主": "往", "彳旦": "得", "阝章": "障", "阝完": "院", "阝付": "附", "阝方": "防", "阝人": "队",
    "礻申": "神", "礻土": "社", "衤刀": "初", "牜勿": "物", "牜寺": "特", "饣反": "饭", "饣曼": "馒", "罒马": "骂", "罒非": "罪",
    "罒去": "罢", "罒直": "置", "宀子": "字", "冫欠": "次", "冫中": "冲", "冫兄": "况", "尸吊": "屌", "屮艹": "草",
}  # fmt: skip
_FIRST_PARTS = "".join(sorted({parts[0] for parts in SPLIT}))
_SPLIT_AT = re.compile("|".join(sorted(map(re.escape, SPLIT), key=len, reverse=True)))
_HAS_PART = re.compile(f"[{_FIRST_PARTS}⺅⺡⺘⻈⺖⺨⻊⺼⻋⻐⻔]")


def joined_parts(text: str) -> list[tuple[int, int, str]]:
    """Where characters were typed in parts (氵去): (start, end, whole character), in order; [] for nearly every text."""
    if not _HAS_PART.search(text):
        return []
    plain = text.translate(_RADICALS)
    return [(match.start(), match.end(), SPLIT[match[0]]) for match in _SPLIT_AT.finditer(plain)]
