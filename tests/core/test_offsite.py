"""Who asks to leave the platform, and who only speaks of 微信."""

from __future__ import annotations

import pytest

from aftersales.offsite import asks_offsite


@pytest.mark.parametrize(
    "text",
    [
        "加微信说吧",
        "加个微信聊，你微信号多少",
        "加我微信，我发你",
        "方便加V吗",
        "加个v",
        "加下扣扣",
        "能不能加qq",
        "微信号发我一下",
        "微信上聊行不行",
        "留个电话私聊",
        "留个联系方式",
        "留一下你的手机号",
        "换个微信",
        "银行卡打款给我",
        "咱们私聊吧",
        "私下转账给我就行",
        "私下退我也可以",
        "线下交易便宜点吗",
        "不走平台能优惠吗",
        "绕开平台付款",
        "微信转我差价",
        "直接转给我支付宝转我也行",
        "＋v细说",
        "你们店有微信吗",
        "有没有vx能加",
        "发个收款码，我现在付",
    ],
)
def test_asks_to_leave(text: str) -> None:
    assert asks_offsite(text)


@pytest.mark.parametrize(
    "text",
    [
        "有人加我微信说是客服",
        "对方让我加QQ退款，是真的吗",
        "自称客服的人叫我私下转账",
        "刚有个人打电话要我加微信理赔",
        "这个加我微信的是不是你们",
        "可以微信支付吗",
        "退到微信还是银行卡",
        "微信付的，钱退哪里",
        "我是用微信付款的",
        "微信支付失败了",
        "快递电话多少",
        "给快递员留个电话就行",
        "有没有微信小程序可以查",
        "手表有微信吗",
        "改一下收货电话",
        "我的手机号换了",
        "给我转人工",
        "直接转人工给我",
        "你直接打给我吧",
        "换个电话号码",
        "帮我换个手机壳",
        "发个微信红包",
        "会员加V6等级",
        "微信转给你们了还没发货",
        "客服电话打不通",
        "再加一件一起发",
        "加急发货",
        "哈哈哈哈",
        "讲个笑话",
        "",
    ],
)
def test_speaks_of_something_else(text: str) -> None:
    assert not asks_offsite(text)
