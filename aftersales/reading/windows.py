"""What stands around a hit: is it taken back, only reported, and whom does it mean.

Small explicit rules over a few characters, because a lexicon alone cannot tell 我要投诉 from 我不是投诉.
All functions take normalised text.
"""

from __future__ import annotations

import re

_CLAUSE_BORDERS = ",。!?;:\n…"
_WINDOW = 14

# 不/没/别 … directly before the words, with only small words between.
_NEGATION = re.compile(
    r"(?:不是(?:要|想|来|去|说)?|并不是|并非|不会|不想|不愿|不用|不要|不必|不需要?|无需|不打算|不准备|不至于|没有?(?:要|想|说|打算)?|没必要|"
    r"别|先别|不|未|撤销|撤回|撤|取消|删除?|不存在|谈不上|算不上|哪敢|懒得|避免|防止|以免|免得)"
    r"(?:要|想|去|来|给|你们?|您|他们?|再|真的?|说|什么|任何|这个|那个|进行|申请|在|有|被|人|客服|商家|卖家|配送员|快递员?|你家){0,3}$"
)
# Forms with 不 in them that threaten all the more.
_FALSE_NEGATION = re.compile(
    r"(?:别逼(?:我|着我)?|不得不|不能不|不得已|非.{0,4}不可|是不是|要不要|能不能|可不可以|别怪我|信不信我?|忍不住|巴不得|恨不得|要不|"
    r"再不|还不|不然|没办法只能|没法只能|才不是没|不服|不行|不退|不赔|不给|不管|不理|不处理|不解决|别以为我?(?:不会|不敢)|不是不|不怕|"
    r"差点没?|有没有|没人|没完没了)"
    r"(?:要|想|去|来|给|你们?|您|就|我|们|再|真的?|会|敢){0,4}$"
)
_REPORTED = re.compile(
    r"(?:骂|说|叫|喊|回|嘲讽|讽刺)(?:我|咱|俺|人|客户|顾客|买家)(?:们)?(?:是|叫|像|做|真|个|太|,|:|\"|“|一?句)*.{0,2}$"
)
_SELF = re.compile(
    r"(?:^|[^把当骂说给拿逼对跟和让])(?:我|俺|本人|怪我)(?:自己|这)?(?:真|真是|真的是?|就是|是|是个|像个?|怎么这么|怎么那么|太|可能|也|也是|当时|一时|脑子|有点|这个|眼瞎|猪|蠢|傻|智)"
    r"(?:个|太|真|有点|一时|是|这|像)?.{0,2}$"
)
# 我脑子有病,拍错了: the words follow the buyer's own name at once, and mean nobody else.
_SELF_AT_ONCE = re.compile(r"(?:^|[^把当骂说给拿逼对跟和让])(?:我|俺|本人)(?:这|自己|这个)?$")
_AGENT = re.compile(
    r"你们?|您|尼玛|客服|商家|卖家|店家|店铺|本店|贵店|这店|这家店|你店|黑店|破店|老板|掌柜|厂家|公司|平台|京东|淘宝|天猫|拼多多|抖音|旗舰店|自营|机器人|售后|奸商"
)
_THIRD = re.compile(
    r"快递员|快递小哥|快递|小哥|骑手|送货员|送货的|送货|配送员|配送|师傅|司机|驿站|邻居|物业|保安|门卫|前台|小偷|偷件的|楼下|隔壁|他这人|"
    r"别人|有人|网友|主播|博主|那个买家|这个买家|客人|顾客|这个客户|前任"
)
# The buyer's own people and pets: hard words about them say nothing about the shop.
_OWN = re.compile(
    r"室友|舍友|同事|同学|我妈|我爸|爸妈|爹妈|老妈|老爸|老公|老婆|媳妇|婆婆|公公|我哥|我姐|我弟|我妹|儿子|女儿|孩子|小孩|我家|我娃|宝宝|"
    r"朋友|闺蜜|男友|女友|对象|猫|狗狗|宠物"
)

# The words are what something is called: 书名叫…, 那本…, 有个叫…的桌游.
_CALLED = re.compile(
    r"(?:书名|片名|歌名|游戏名|名字|剧名|这?那?个|有个|有本|牌子|品牌|歌)(?:就?叫|是叫)(?:做|作)?.{0,4}$|[那这一]本.{0,4}$"
)
# … or stand before the thing that is called so. Adjectives such as 垃圾 are no names: 垃圾玩具 is anger at a toy.
_IS_A_THING = re.compile(
    r"(?<!垃圾)(?<!破)(?<!烂)(?<!恶心)(?<!狗屁)(?<!玩意)(?<!东西)(?<!辣鸡)"
    r"[\u4e00-\u9fff]{0,4}?(?:那个|那款|那本|这本|这款|类|系列|专用|主题|的)?"
    r"(?:桌游|桌遊|卡牌|卡带|棋牌|绘本|漫画|小说|教材|教程|真题|题库|词典|摆件|公仔|玩偶|手办|贴纸|坐垫|抱枕|模拟器|面具|道具|滑板|"
    r"打印纸|文件夹|模板|马甲|戏服|cos服|扇子|海报|钥匙扣|徽章|玩具|积木|拼图|小品|(?<!证)书(?:籍|是|有|的|多少|几|还|$|[?,。]|那))",
)


def clause_before(text: str, start: int) -> str:
    """The part of the clause in front of a hit, at most a few characters."""
    begin = max(0, start - _WINDOW)
    before = text[begin:start]
    for index in range(len(before) - 1, -1, -1):
        if before[index] in _CLAUSE_BORDERS:
            return before[index + 1 :]
    return before


def clause_after(text: str, end: int) -> str:
    """The part of the clause behind a hit, at most a few characters."""
    after = text[end : end + _WINDOW]
    for index, character in enumerate(after):
        if character in _CLAUSE_BORDERS:
            return after[:index]
    return after


def is_negated(text: str, start: int) -> bool:
    """True when the words in front take the hit back (我不是投诉), False when they sharpen it (别逼我投诉)."""
    before = clause_before(text, start)
    return bool(_NEGATION.search(before)) and not _FALSE_NEGATION.search(before)


def is_reported(text: str, start: int) -> bool:
    """True when somebody else said it to the buyer (客服骂我傻)."""
    return bool(_REPORTED.search(clause_before(text, start)))


def target_of(text: str, start: int, end: int) -> str:
    """Whom an insult means: "self", "own" (family, pets), "third", "agent", or "open" when nobody is named.

    The nearest name in front of the words wins, then one behind them, then the subject of the clause before.
    """
    before = clause_before(text, start)
    if _SELF.search(before) or (_SELF_AT_ONCE.search(before) and not _AGENT.search(text, start, end + 2)):
        return "self"
    named = _nearest(before)
    if named:
        return named
    after = clause_after(text, end)
    for target, expression in _TARGETS:
        if target != "own" and expression.search(after):
            return target
    # 快递员迟到三天,真是… : the subject of the clause before goes on.
    return _nearest(text[max(0, start - 2 * _WINDOW) : start]) or "open"


_TARGETS = (("agent", _AGENT), ("third", _THIRD), ("own", _OWN))


def _nearest(text: str) -> str:
    ends = [(_last(expression, text), target) for target, expression in _TARGETS]
    end, target = max(ends, key=lambda found: found[0])
    return target if end else ""


def _last(expression: re.Pattern[str], text: str) -> int:
    """End of the last match, 0 when there is none."""
    end = 0
    for match in expression.finditer(text):
        end = match.end()
    return end


def is_named(text: str, start: int, end: int) -> bool:
    """True when the words are part of a title or of what a thing is called (《狗眼看世界》, 奸商模拟器那个游戏)."""
    opened = max(text.rfind(mark, max(0, start - _WINDOW), start) for mark in "《〈「『【")
    if opened >= 0 and not any(mark in text[opened:start] for mark in "》〉」』】"):
        return True
    return bool(_CALLED.search(clause_before(text, start))) or bool(_IS_A_THING.match(text, end))
