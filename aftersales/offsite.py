"""Does the buyer ask to leave the platform: another messenger, a private number, money past the platform?

Talk and money that leave the platform leave no record, so the ask is declined (OFF-04). Who only tells of such an ask,
or pays and is refunded by 微信支付, asks for nothing.
"""

from __future__ import annotations

import re

_MESSENGER = r"(?:微信|薇信|威信|wei\s*xin|v\s*信|vx|wx|wechat|扣扣|q\s*q|企鹅号|钉钉)"
_CONTACT = rf"(?:{_MESSENGER}|电话|手机号?|号码|联系方式)"
_YOU_OR_ME = r"(?:你|您|我|咱|咱们|你们|个|下|一下|一个|的|店家|老板|客服|人工)"
_ASKS = re.compile(
    "|".join(
        (
            # 加个微信, 加下 V, 方便加 QQ 吗
            rf"加{_YOU_OR_ME}*(?:{_MESSENGER}|v(?![a-z0-9])|微(?!信)|好友)",
            r"[+＋](?:你|我|个|一下|下)*v(?![a-z0-9])",
            # 你们有微信吗, 有没有微信可以加
            rf"(?:你|您|店家|老板|客服)(?:们)?(?:家|店)?(?:有没有|有){_MESSENGER}号?(?:吗|么|没|嘛|[?？]|$)",
            rf"有没有{_MESSENGER}号?(?:可以|能)加",
            # 微信号多少, 留个微信, 微信上聊
            rf"{_MESSENGER}号?(?:是|报|发)?(?:多少|几号|发我|给我|发来|报一下|加一下)",
            rf"{_MESSENGER}(?:上|里)?(?:聊|说吧?|谈|沟通|联系|私)",
            rf"(?:留|给|发|换){_YOU_OR_ME}*{_CONTACT}.{{0,6}}(?:私聊|私下|单独|细聊|聊|加)",
            rf"留(?:个|一个|下|一下)(?:你的?|您的?|你们的?)?{_CONTACT}",
            rf"(?:给|发|换)(?:我)?(?:个|一个|下|一下)(?:你的?|您的?|你们的?)?{_MESSENGER}(?!红包|支付|付)",
            r"私聊|私信聊|加(?:个|我|你)?私",
            # money past the platform
            r"私下.{0,4}(?:转|付|交易|打款|打钱|退|赔|解决|聊|谈|补)|线下(?:转|付|交易|打款)",
            r"(?:发|给)(?:我)?(?:个|一个|下|一下)?(?:你的?|您的?|你们的?)?(?:收款码|收款二维码|付款码|银行账号)",
            r"(?:不走|绕过|绕开|避开|跳过)平台",
            r"(?:微信|支付宝|银行卡|直接)(?:直接)?(?:转(?:账|钱|款)?|打(?:钱|款))(?:给)?(?:我|你|您)(?!.{0,6}了)",
        )
    ),
    re.IGNORECASE,
)
#: Told of somebody else: a report (who says so may be a cheat), not an ask.
_REPORTS = re.compile(
    r"有人|有个人|别人|陌生人|对方|骗子|自称|冒充|假客服|说是.{0,6}(?:客服|商家|店|平台)|是不是(?:你们|真|骗)|(?:快递|驿站)员?[^,，。]{0,4}留|(?:让|叫|要|喊|催)我(?:去)?(?:加|转|打)"
)


def asks_offsite(text: str) -> bool:
    """Whether ``text`` asks to talk or to move money outside the platform."""
    return _ASKS.search(text) is not None and _REPORTS.search(text) is None
