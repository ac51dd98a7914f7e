"""What a shop can promise, and when its own terms cover it; one function a matter, so that each can be read alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from aftersales.door import quantities
from aftersales.door.model import Talk
from aftersales.door.quantities import Quantity
from aftersales.stores.model import Store

#: Words that make a statement binding.
SURE = re.compile(
    r"一定|一准|肯定|保证|绝对|必定|必须|必到|必达|必发|必走|准时|准能|准到|准给|包(?:您|你)?(?:到|退|赔|换)|百分之?百|百分之一百|100%|打包票|妥妥|铁定|"
    r"没问题|说到做到|我向您|放心|绝不|决不|板上钉钉|稳稳|承诺|向您保证|拍胸脯|跑不了|没跑|不用担心|别担心|无论如何|不管怎样|放一百个心|信我|包在我|赶得上|来得及|不耽误"
)
#: The goods, or we, are at fault.
FAULT = re.compile(
    r"质量|品质|瑕疵|破|损|坏|错|漏发|少发|少了|少件|缺|故障|不合格|有问题|属实|我们的(?:问题|责任|失误|原因)|描述不符|不符|开胶|开线|掉色|裂|碎|变质|烂|色差|"
    r"毛病|坏果|发霉|漏水|异响|划痕|断|磕|线头|抽丝|绿线|起球|疏忽|没声|不开机|售后|检测|召回|批次|投诉|保修|维修"
)
#: The buyer simply does not want the goods.
NO_REASON = re.compile(r"无理由|不喜欢|不想要|不满意|随便退|随时退|想退|不合适|试穿|退着玩|任何原因|什么原因|不管什么|几次|随意退|没看上|后悔|买多|拍错|不好看")


@dataclass(frozen=True)
class Said:
    """One commitment as it was found: in which clause and sentence, with what quantity, in which store."""

    store: Store
    amount: Quantity | None
    clause: str
    sentence: str
    match: re.Match[str]
    talk: Talk

    @property
    def by_day(self) -> bool:
        """Whether the time is a day or a moment (今天, 明早), not a span (24小时内)."""
        return self.amount is not None and self.clause[self.amount.start : self.amount.end] in quantities.MOMENTS

    @property
    def firm(self) -> bool:
        """Whether a word binds the shop to it."""
        return SURE.search(self.sentence) is not None or re.search(r"必|准能|准给|妥|稳", self.clause) is not None


#: Whether the store's terms cover it; ``None``: it is no promise at all.
Judge = Callable[[Said], "bool | None"]


@dataclass(frozen=True)
class Matter:
    """One thing a shop can promise.

    ``wants``: what quantity it must have (``hours``, ``days``, ``money``), empty when none. ``hedged``: a hedge makes it no
    promise; ``conditional``: a condition does. ``before``: the quantity must stand before the words, but for ``overlap``.
    """

    name: str
    expression: re.Pattern[str]
    judge: Judge
    wants: str = ""
    hedged: bool = True
    conditional: bool = True
    before: bool = False
    overlap: int = 2


def arrive(said: Said) -> bool | None:
    """When a parcel arrives, the carrier decides: only an order's own expected time covers it."""
    order, now = said.talk.order, said.talk.now
    if order is not None and now is not None and said.amount is not None:
        expected = [parcel.expected_at for parcel in order.parcels if parcel.expected_at and not parcel.signed_at]
        if expected and all((one - now).total_seconds() / 3600 <= said.amount.value for one in expected if one):
            return True
    firm = SURE.search(said.clause) or re.search(r"就(?:能|会|可以|给您)?(?:送|到|收|拿|拆)|前(?:必|准|肯定|给您|就|您都|送|到手)|[直日]达|必", said.clause)
    return False if firm else None


def ship(said: Said) -> bool | None:
    """Until when it is shipped: the store's promise, or what the order says."""
    if said.amount is None or re.search(r"邮箱|短信|截图|照片|视频|链接|教程|表|您先|请您|麻烦|退货|寄回|票", said.clause):
        return None
    if said.amount.value >= said.store.shipping.promise_hours:
        return True
    order, now = said.talk.order, said.talk.now
    if order is not None and order.ship_by is not None and now is not None:
        return (order.ship_by - now).total_seconds() / 3600 <= said.amount.value
    if re.search(r"补|重发|补寄", said.sentence) or said.by_day and not said.firm:
        # Sending a missing part again is a remedy the agent arranges; 今天发 tells of what is under way.
        return None
    return False


def refund_time(said: Said) -> bool | None:
    """How long a refund takes: to be looked at, or to be back with the buyer."""
    if said.amount is None or re.search(r"无理由|可退|能退|退换|(?:可以?|能|都能|请|内)申请|售后期|试用|支持退|内退|退期|回复|答复|联系|再刷|再查|再看|结果|寄回|未到|没到|还没|话费|水费|电费|充值", said.clause):
        return None
    if said.by_day and said.amount.value > 1 and not said.firm:
        return None
    arrival = re.search(r"到账|到您|到你|到卡|收到(?:退|钱)|秒到|回到|进账|账上|钱", said.clause) is not None
    terms = said.store.refunds
    bound = terms.after_receipt_hours if arrival else min(terms.review_hours, terms.after_receipt_hours)
    if said.amount.value <= 1 and not SURE.search(said.clause):
        # 马上给您处理退款 tells what the agent is doing, not when the money is there.
        doing = re.search(r"处理|提交|登记|核实|查|催|看|审核|安排|跟进|反馈|办|操作|打款|点|给您退|帮您退", said.clause)
        return None if doing and not re.search(r"到账|进账|账上|卡里|秒", said.clause) else False
    return said.amount.value >= bound


def refund_full(said: Said) -> bool | None:
    """All the money back, before anybody has looked."""
    return False if SURE.search(said.clause) or re.search(r"马上|立刻|立马|现在就|这就|直接|今天|无条件|不用寄|不用退货", said.sentence) else None


def compensation(said: Said) -> bool | None:
    """Money on top; it is a person of the back office who confirms it, never a chat (CMP-03, HUM-08)."""
    order = said.talk.order
    if said.amount is not None and said.amount.unit == "yuan" and order is not None and "退" in said.clause:
        known = {float(order.total)} | ({float(order.refund.amount)} if order.refund else set())
        if said.amount.value in known:
            return True
    if re.search(r"您(?:拍|付|补(?!偿)|再|需|要|希望|想|说|提|下单)|需(?:要)?补|要补|补差?价?链接|拍.{0,6}链接|链接|抵的|为红包|红包抵|核定|册|多付|实付|合计|优惠券|满减|满\d|叠加|运费险|差额|记下|写进|登记|改成|改发|升级|页面|券面", said.sentence):
        return None
    return False


def freight(said: Said) -> bool | None:
    """Who pays the way back: the store for a fault, else as its terms say."""
    universal = re.search(r"全免|全包|全店|所有|任何|都免|一律|退换(?:都)?(?:不用|免)", said.clause)
    if re.search(r"您(?:这边|自己|得|来)?(?:出|承担|付)", said.clause) and not re.search(r"不用您|不要您|不需要您", said.clause):
        return None
    if NO_REASON.search(said.sentence) or universal:
        if said.store.returns.no_reason_freight == "store":
            return True
        if FAULT.search(said.sentence) and not universal:
            return True
        return bool("换" in said.clause and said.store.returns.exchange_freight == "store")
    return True


def callback(said: Said) -> bool | None:
    """A time by which somebody answers; any concrete time is good, and is kept for the ledger."""
    return None if said.amount is None else True


def price(said: Said) -> bool | None:
    """Paying back a later price drop."""
    offer = said.store.price_protection
    if re.search(r"过了|超过|到期|截止|前都能|不在|未|没|起算|为止|最晚|\d月", said.clause):
        return None
    if said.amount is None:
        return offer.offered
    return offer.offered and said.amount.value <= offer.days * 24


def warranty(said: Said) -> bool | None:
    """How long the goods are mended for nothing. Two days of grace: a year may be called 一年 or 366 天."""
    if said.amount is None:
        return False
    if re.search(r"\d月|到期|截止|过了|页面|品牌|厂家|官方|质保卡|保修卡|在卡|写的是|还有|还剩|别家|车架|各", said.sentence):
        return None
    return said.store.warranty.offered and said.amount.value <= said.store.warranty.days * 24 + 48


def return_days(said: Said) -> bool | None:
    """How long goods can go back."""
    if said.amount is None:
        return False
    if re.search(r"质保|保修|过了|超过|超出|收货后|寄回|寄出|\d月|还有|还剩|第.{1,3}天|到期|券", said.clause):
        return None
    terms = said.store.returns
    if FAULT.search(said.sentence):
        return said.amount.value <= max(terms.quality_days, terms.quality_exchange_days if "换" in said.clause else 0) * 24
    days = max(terms.no_reason_days, terms.exchange_days) if "换" in said.clause else terms.no_reason_days
    return said.amount.value <= days * 24


def excluded_return(said: Said) -> bool | None:
    """Taking back what the store's terms leave out, without looking at the case."""
    return None if FAULT.search(said.sentence) or "因为" in said.sentence else False


def free_shipping(said: Said) -> bool | None:
    """Sending for nothing: the store's own freight terms."""
    terms = said.store.shipping
    if terms.freight_yuan == 0:
        return True
    if re.search(r"不到|没到|不满|差一点|都|全国|全场|所有|也给|新疆|西藏", said.clause):
        return False
    return None


def exchange_days(said: Said) -> bool | None:
    """How long goods can be exchanged."""
    if said.amount is None:
        return None if FAULT.search(said.sentence) else False
    if re.search(r"发票|抬头|税号|开票|\d月|过了|超过", said.sentence):
        return None
    terms = said.store.returns
    days = terms.quality_exchange_days if FAULT.search(said.sentence) else terms.exchange_days
    return said.amount.value <= days * 24


def invoice(said: Said) -> bool | None:
    """How soon an invoice is there."""
    if said.amount is None or re.search(r"还没|没收到|换开|改|过期|有效", said.sentence):
        return None
    promised = max((one.value for one in quantities.times(said.store.invoices.when)), default=0.0)
    return said.amount.value >= promised or not SURE.search(said.clause)


def guarantee(said: Said) -> bool | None:
    """Whatever nobody can know yet: that a case is granted, that the goods suit."""
    return False


_WE = r"(?:我们|我(?!的)|咱们?|店里|店家|本店|小店|这边|商家|店铺|公司|我家|我司|仓库)"
_DO_WELL = (
    r"(?:会|要|能|可以|都|给您|帮您|替您|为您|再|好好|去|把您)*(?:尽|努力|认真|跟进|跟踪|跟到底|注意|改进|加强|如实|配合|第一时间|及时|重视|转达|反馈|记录|负责|处理好?|协助|帮|盯|催|核实|查|"
    r"保密|改|优化|反省|上报|提醒|安抚|服务|吸取|沟通|联系|督促|严格|仔细|多加|通知|告诉|告知|回复|回您|答复|给您(?:一个|个)?(?:答复|回复|结果|说法|交代|消息|准信))"
)


def _m(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


MATTERS: tuple[Matter, ...] = (
    Matter(
        "arrive",
        _m(
            r"(?:送到|送达|送货|送上门|派送到|到货|到手|到您(?:手|家|那)|收到|收得到|收货|拿到|签收|到家|直达|必达|(?:次日|隔日|当日)达|拆快递|用上|吃上|穿上|(?:就|能|会|必|准|一定|肯定|保证|包|前|内|天|午|晚|早|日|都|周[一二三四五六日])到)"
            r"(?!账|期|货后|店|底|处|站|仓|的(?:时候|那天|当天|之日|话|商品|快递|包裹|信息|货)|第|满|起|后|超|通知|短信|电话|退|反馈|您的|了一|申请)"
        ),
        arrive,
        "hours",
        conditional=False,
        before=True,
    ),
    Matter(
        "ship",
        _m(
            r"(?:发货|发出|寄出|发走|出库|出仓|揽收|打包发|给您发|帮您发|给您寄|就走|必走|准寄|必发|就发|能发|安排发|会发|照发|发掉|上飞机|在路上|(?:小时|天|内|前|日)发(?=$|的|哦|哈|呢|，|,))"
            r"(?!后|票|的?时间|的?照片|视频|图|截图|链接|消息|给我|信息|起|单|至|您|到|定位)"
        ),
        ship,
        "hours",
        before=True,
        overlap=2,
    ),
    Matter(
        "refund_time",
        _m(r"(?:退款|退钱|退给您|款项|钱(?:马上|就|今天|明天)?(?:到|回|退)|到账|进账|账上|打款|返还|审(?:完|批))|秒退|退(?=给您|完|好|到)"),
        refund_time,
        "hours",
    ),
    Matter(
        "refund_full",
        _m(
            r"(?:全额|全款|足额|一分不少|一分钱不少|全部货款|整单的?钱)[^,。!?]{0,6}(?:退|返|赔)|(?:退|返|赔)[^,。!?]{0,4}(?:全款|全额|一分不少)|给您全退|钱(?:都|全)退"
        ),
        refund_full,
    ),
    Matter(
        "compensation",
        _m(
            r"赔(?!率|偿标准|付规则)|补偿|补(?:您|你|给您|个|一百|点)|(?:给|帮|替)(?:您|你|亲)[^,。!?]{0,6}(?:补|返|退|转|打|减|优惠|便宜|赔|发)|返(?:您|你|现|给您)|贴补|红包|打给您|转给您|退(?:您|你)|送您|便宜您|误工费|抹个?零"
        ),
        compensation,
        "money",
    ),
    Matter(
        "freight",
        _m(
            rf"(?:运费|邮费|快递费|来回路费|来回费用)[^,。!?]{{0,8}}(?:{_WE}[^,。!?]{{0,4}}(?:出|承担|包|付|报销|补|负责|掏|来)|(?:都|全)?(?:免|包)(?:了|的)?$|报销|不用您?(?:出|管|付|掏)|全包|算(?:我们|我|店里)的)|"
            rf"{_WE}[^,。!?]{{0,6}}(?:出|承担|包|付|报销|补|负责|掏)(?:了|掉|这个|来回|寄回|退货|您的|全部|所有|给您|双程|往返|返程|回来的?)*的?(?:运费|邮费|快递费)|包(?:来回|往返|退货|寄回|双程)*的?(?:运费|邮费)|免费(?:上门)?(?:取|退|寄回)"
        ),
        freight,
        conditional=False,
    ),
    Matter(
        "callback",
        _m(r"(?:回复|回电|回您|联系您|答复|给您(?:消息|结果|准信|回话|说法|反馈)|致电|打给您|通知您|告诉您|同步|反馈给您)"),
        callback,
        "hours",
        hedged=False,
        conditional=False,
    ),
    Matter("price", _m(r"(?:价保|保价|价格保护|补差|退差)"), price, "days", hedged=False),
    Matter(
        "price",
        _m(
            r"(?:降价|便宜了|活动价|掉价|跌价|降了)[^。!?]{0,10}(?:给您|帮您|我们|可以|都|能|就|包)?[^,。!?]{0,4}(?:补差|退差|补您|退您差|差价(?:退|补)|补给您差|把差(?:价|额))|(?:给您补差价|给您退差价|补您差价|退您差价|差价退给?您|差价补给?您)"
        ),
        price,
    ),
    Matter("warranty", _m(r"(?:保修|质保|包换|包修|只换不修|免费修|免费维修|保用|(?<!价)保(?=[一二两三五十\d]))"), warranty, "days", hedged=False),
    Matter(
        "warranty",
        _m(r"(?:终身|永久|一辈子|终生|无限期)[^,。!?]{0,4}(?:保|质保|免费|维修|售后|修|换)"),
        warranty,
    ),
    Matter(
        "return_days",
        _m(r"(?:无理由|无忧退|包退|可退|退货|退换|可以退|能退|随时退|试用|试穿|免费试|内退)(?!的?(?:运费|地址|申请|流程|入口|页面|单))"),
        return_days,
        "days",
        hedged=False,
        conditional=False,
    ),
    Matter(
        "return_days",
        _m(
            r"(?:随时|任何时候|什么时候|多久|无条件|不限时间|想退就|永远|啥时候)(?:都|您|想)*[^,。!?]{0,4}(?:可以|能|都|给|包)[^,。!?]{0,3}退(?!出)|不(?:满意|喜欢|合适|好用|好吃|甜)[^。!?]{0,8}(?:包退|随时退|直接退|就给您退|给您退|就退)"
        ),
        return_days,
    ),
    Matter(
        "excluded_return",
        _m(
            r"(?:定制|定做|刻字|刻了|改过|激活|拆封|开封|剪了|剪掉|洗过|用过|吃过|尝过|生鲜|鲜果|鲜)[^。!?]{0,14}?(?:我?也|照样|照|一样|都)(?:能|可以|给您?|让您)?(?:无理由)?退(?!回|换货运)"
        ),
        excluded_return,
        conditional=False,
    ),
    Matter("free_shipping", _m(r"(?:包邮|免运费|免邮|运费全免|不收运费)"), free_shipping),
    Matter("exchange_days", _m(r"(?:换货|包换|免费换|可换|可以换|能换|想换就换|给您换|换新|来换|随时换)"), exchange_days, "days", hedged=False),
    Matter(
        "exchange_days",
        _m(r"(?:随时|任何时候|什么时候|多久|不限时间)(?:都|您)*(?:可以|能|给)[^,。!?]{0,3}换"),
        exchange_days,
    ),
    Matter("invoice", _m(r"(?:发票|开票|开具|专票|普票|电子票)"), invoice, "hours"),
    Matter(
        "guarantee",
        _m(
            rf"(?:保证|绝对|肯定|百分之?百|百分之一百|100%|打包票|铁定|(?<!价)保)(?!证|裹|装|邮|含|括|修|换|退|容|间|价|质|留|护|持|障|存|管|险|密|养|温|暖|湿|金|书|单|卡|审|期|修)(?!{_DO_WELL})[^,。!?]{{0,8}}(?:满意|没问题|没有问题|没事|正品|真的|不掉色|不起球|不缩水|不坏|不漏|好用|有效|解决|能退|给您退|退给您|能换|通过|批|修好|新鲜|甜|熟|管用|不过敏|合身|能成|办好|搞定|弄好|一模一样|不碎)"
            rf"|包(?:您|你)(?:满意|好用|有效|治好|甜|熟|新鲜|解决|退|活)|(?:一定|肯定|必须|绝对)(?!{_DO_WELL})(?:会|要|能|可以|都)*(?:给|帮|替|为)(?:您|你|亲)(?:退(?!货地址|款(?:入口|流程))|赔|换(?!人|个客服)|补|批|通过|解决|办(?:好|成|下来)|申请下来|搞定|争取下来|要回来|追回来|找回来)"
        ),
        guarantee,
        conditional=False,
    ),
)
