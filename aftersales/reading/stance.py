"""How the buyer takes what was said so far: refuses it, is sent from one to the next, is satisfied, is getting louder.

Small tables of their own beside the lexicons: these phrases say nothing by themselves, only to what came before them.
"""

from __future__ import annotations

import re

from aftersales.reading.normalise import normalise

# 没用, 还是不行, 我试过了, 答非所问: what was proposed does not do.
_REFUSES = re.compile(
    r"没(?:有|啥|什么)?用(?!过|到|完|上|几|多|两|坏|得|着)|没(?:有)?(?:效果|效|作用|反应)|不(?:管用|顶用|顶事|好使|起作用|奏效|解决问题)|行不通|"
    r"(?:还是|依然|依旧|仍然|仍|照样|照旧|结果|又|也)(?:是)?(?:不行|不可以|不能[用点选]?|不成|没有?用|没反应|一样|老样子|这样|那样|失败|报错|没有$|"
    r"(?:点|弄|打|进|找|提交|申请|操作|搜|看|查)不(?:了|开|到|动|上|进去|出来))|"
    r"(?:试|弄|搞|操作|点|照做|按.{0,8}做|找|看|查|申请|提交|问|打|刷新|重启)(?:过|了).{0,6}(?:不行|没有?用|没反应|不管用|失败|没有$|一样|不对|点不了|不了|没找到|没看到|没人)|"
    r"^(?:这个?|你说的)?(?:我|都|已经|早就|早|全|也|上面|你说的|这个|这些|那个|方法|办法|的|,)*(?:试|弄|做|点|操作|看|查|照做)过了?(?:啊|呀|的|啦|好吗|好吧|还说)*[,。!~…]*$|"
    r"没(?:能|有|给)?解决|解决不了|不解决|答非所问|没回答|等于没说|说了(?:跟|和|等于)没说|白说|(?:我)?(?:问|说|要|想)的(?:根本|压根)?(?:就|也|又)?不是|"
    r"不是(?:我)?(?:要|想|问|说)的|不是(?:问|说|指|要)这个|不是这回事|(?:没|没有|听不|看不)(?:听|看|搞|弄|理解)?(?:懂|明白)我|不是这个?意思|"
    r"(?:没有?|没看到|没找到|找不到|看不到|哪有)(?:这个|那个|你说的|什么|啥|有|任何|相关的?|这样的)*.{0,4}(?:按钮|入口|选项|页面|菜单)|"
    r"(?:按钮|入口|选项|页面|地方|菜单).{0,4}(?:没有|找不到|没看到|不见|看不到|是灰的|灰色)|(?:根本|压根|就|都|哪)(?:找不到|没看到|看不到|点不了|没有?(?:这个|那个|你说))"
)
# Said alone: no to an answer, but also the usual no to a question of ours.
_NO = re.compile(
    r"(?:(?:这个?|那|可是|可|但|我觉得|我)?(?:不行|不可以|不对|不是|不是这个|不是的|没有|不同意|不接受|不认可|不成|不好|不合适|不合理|不能接受|接受不了)(?:啊|呀|的|吧|呢|嘛|哦|诶|哎)*[,。!~…?]*)+"
)
# 不用了谢谢: declines help, and is content.
_DECLINES = re.compile(r"不用|不需要|不必|算了|没事|不麻烦|没有了|没别的|谢|不要了|好的|可以了|行了")
_ASKS = re.compile(r"[?]|怎么|咋|吗|多久|什么|哪里|哪儿|能不能|可不可以|如何")

_WHO = r"(?:客服|商家|卖家|店家|店铺|厂家|品牌|平台|官方|京东|淘宝|天猫|拼多多|抖音|快递|物流|快递员|驿站|网点|仓库|售后|售前|银行|支付宝|微信|你们?|他们?|那边|这边|上一个|之前)"
_SENDS = r"(?:又|都|也|就|还|一直|总|老是|再|客服|小哥|公司|那边|这边|的人)*(?:让|叫|喊|说(?:是)?(?:要|让|叫|得|去|该)?|告诉我?)"
_TO = r"(?:我们?|要|得|去|来|再|回去|回|自己|直接|重新|跟|和)*(?:找|问|联系|打给|咨询|归|不归|是)"
# 商家让我找平台: one leg of the way round.
_LEG = re.compile(rf"({_WHO}){_SENDS}{_TO}({_WHO})|({_WHO})(?:又|都|就|再|给|把我)*(?:推给|推到|推回)({_WHO})")
_LEG_BACK = re.compile(rf"(?:又|还|再|现在|结果)(?:让|叫|要)我?(?:去|来|再|回去)?(?:找|问|联系)({_WHO})")
_AROUND = re.compile(
    r"踢皮球|推来推去|推来踢去|来回推|互相推|相互推|推脱|推诿|推卸|踢来踢去|皮球一样|来来回回(?:找|问|跑|转)|转来转去|转了(?:一圈|一大圈|(?:好几|几|三|四|五)(?![百千万元块毛笔分]|个?(?:中转|站|地方|城市|仓|网点)))|绕了?一(?:大)?圈|"
    r"第[三四五六七八3-8]个(?:客服|人|同事|专员)|(?:换|找|问|转)了?(?:[三四五六七八3-8]|好几|好多|几|n)(?:个|拨|波)(?:客服|人)(?:了|都)?|谁都不管|都(?:说)?不(?:归|关|是)(?:自己|他们?|你们?)(?:的事|管|负责)?|没(?:有)?(?:一个)?人(?:肯)?(?:负责|管|认)|"
    r"到底(?:该|应该|要)?(?:找|归|是)谁(?:管|负责)?|(?:让|叫)我(?:到底)?(?:该)?找谁|两边(?:都)?(?:推|不管|不认)|一个推一个|一个(?:让|叫).{1,6}一个(?:让|叫)"
)
_PUSHED_NOT = re.compile(r"不是.{0,2}(?:踢皮球|推)|没有?(?:推脱|推诿|踢皮球|推卸)|手机推|推送")

# 怎么还没, 都五天了, 到底: impatient, though perhaps not displeased enough to be read as such.
_IMPATIENT = re.compile(
    r"(?:怎么|咋|为什么|为啥|凭什么)(?:都|就|老是|总|这么久|到现在)*(?:还|一直|迟迟|总|老)(?:是|在)*(?:没|不|显示|这样|在(?!吗)|待)|再不.{1,5}(?:就|我|要|都)|到底|究竟|迟迟|"
    r"都(?:过了|过去|快|已经|等了|拖了)*(?:[一二两三四五六七八九十半几好多\d]+)(?:多|个)?(?:天|周|星期|礼拜|个?月|小时|钟头|遍|次|回)了|"
    r"(?:问|说|催|讲|反映|找)(?:了|过)?(?:你们?)?(?:[两二三四五六七八九十几好多\d]+)(?:遍|次|回)|还要(?:我)?(?:等|拖|说|问|催)|要等到(?:什么|猴)|"
    r"(?:等|拖)了?(?:这么|那么|太|好)(?:久|长|多天)|没(?:个|点|有)(?:动静|消息|下文|准信|说法|人管)|急死|着急|急用|赶紧|赶快|快点|搞什么|什么情况啊|"
    r"又(?:是)?(?:这|同样|一样)|复制粘贴|车轱辘|敷衍|(?:还|仍然?|依然)没(?:到|发|退|收|动|处理|解决|消息|人|回|弄|好|更新)|烦|无语|服了"
)
_CONTENT = re.compile(
    r"(?:解决|搞定|弄好|处理好|办好|收到|找到|看到|成功|明白|知道|清楚|懂|可以|到账|到货)了(?:[,，。!~ 呢啊呀哈谢嗯好的您你]|$)|谢谢|感谢|多谢|辛苦"
)
_NOT_YET = re.compile(r"没|不|还|吗|\?|别")
_LOUD = re.compile(r"[!?！？]")


def refuses(text: str) -> str:
    """How the message turns down what was proposed: "strong" (试过了没用), "no" (不行, said alone), "" (not at all)."""
    said = normalise(text).text.strip()
    if not said or len(said) > 40:
        return ""
    if _REFUSES.search(said) and not (_ASKS.search(said) and len(said) > 20):
        return "strong"
    if _DECLINES.search(said):
        return ""
    return "no" if _NO.fullmatch(said) else ""


def legs_round(text: str) -> tuple[str, ...]:
    """Who the buyer says to have been sent to, as words out of the message (商家让我找平台); empty for none."""
    said = normalise(text).text
    legs = [match.group(0) for match in _LEG.finditer(said)]
    return tuple(legs) or tuple(match.group(0) for match in _LEG_BACK.finditer(said))


def passed_around(text: str) -> str:
    """The words that say outright that the buyer is passed around (踢皮球, 第三个客服了); "" for none."""
    said = normalise(text).text
    found = _AROUND.search(said)
    return found.group(0) if found and not _PUSHED_NOT.search(said) else ""


def is_content(text: str) -> bool:
    """Whether the buyer says that it is done or thanks for it (弄好了, 收到了谢谢); 还没解决 is not that."""
    said = normalise(text).text.strip()
    return len(said) <= 20 and _CONTENT.search(said) is not None and not _NOT_YET.search(said)


def impatient(text: str) -> bool:
    """Whether the message shows that the buyer has waited or asked long enough (怎么还没, 都五天了, 到底)."""
    return _IMPATIENT.search(normalise(text).text) is not None


def loudness(text: str) -> int:
    """Exclamation and question marks in the message as it was typed; one mark at the end of a question is not loud."""
    marks = len(_LOUD.findall(text))
    return marks if marks >= 2 else 0
