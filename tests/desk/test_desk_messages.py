"""A message is kept once, in order, and as it was typed, or refused with a reason."""

from __future__ import annotations

import asyncio

import pytest
from deskkit.bots import said
from deskkit.shop import Shop, buyer, texts

from desk.errors import BadRequest, Conflict, NotFound, TextEmpty, TextTooLong
from desk.model import Owner, Sender

pytestmark = pytest.mark.asyncio


async def test_first_contact_says_that_a_bot_is_speaking(shop: Shop) -> None:
    desk = await shop.desk()
    state = await desk.open_conversation(buyer())
    assert (state.owner, state.epoch, state.last_seq) == (Owner.BOT, 1, 1)
    (greeting,) = await shop.transcript(desk)
    assert (greeting.seq, greeting.sender, greeting.name, greeting.text) == (
        1,
        Sender.BOT,
        "智能客服",
        shop.store.greeting,
    )


async def test_opening_again_greets_once(shop: Shop) -> None:
    desk = await shop.desk()
    states = await asyncio.gather(*(desk.open_conversation(buyer()) for _ in range(8)))
    assert len({state.conversation for state in states}) == 1
    assert len(await shop.transcript(desk)) == 1


async def test_an_unknown_store_is_not_found(shop: Shop) -> None:
    desk = await shop.desk()
    with pytest.raises(NotFound):
        await desk.open_conversation(buyer(store="no-such-store"))


@pytest.mark.parametrize(
    "other",
    [buyer("u1002"), buyer(store="own-shop"), buyer(guest=True)],
    ids=["another buyer", "another store", "a guest of the same id"],
)
async def test_conversations_are_kept_apart(shop: Shop, other: object) -> None:
    desk = await shop.desk()
    first = await desk.open_conversation(buyer())
    second = await desk.open_conversation(other)  # type: ignore[arg-type]
    assert first.conversation != second.conversation


async def test_a_message_is_answered(shop: Shop) -> None:
    desk = await shop.desk()
    await shop.say(desk, "退款什么时候到账")
    assert texts(await shop.transcript(desk))[1:] == ["退款什么时候到账", "答：退款什么时候到账"]
    (call,) = shop.bot.calls
    assert call["store"] == "jd-digital"
    assert call["buyer"] == {"id": "u1001", "name": "林女士", "guest": False}
    assert (call["now"], call["agents_on_duty"], call["carry"]) == ("2026-11-22T10:00:00.000+08:00", True, None)
    assert shop.bot.authorizations == {"Bearer a secret of at least thirty-two characters"}


async def test_carry_comes_back_with_the_next_turn_and_the_reading_is_kept(shop: Shop) -> None:
    desk = await shop.desk()
    shop.bot.next(said("好的", carry={"order": "8801"}))
    await shop.say(desk, "查一下订单")
    await shop.say(desk, "谢谢")
    assert [call["carry"] for call in shop.bot.calls] == [None, {"order": "8801"}]
    asked = (await shop.transcript(desk))[1]
    assert asked.reading is not None and asked.reading["intent"] == "refund_status"


async def test_the_same_client_id_is_one_message(shop: Shop) -> None:
    desk = await shop.desk()
    await desk.open_conversation(buyer())
    posted = await asyncio.gather(*(desk.post_buyer_message(buyer(), "c1", "在吗") for _ in range(20)))
    await desk.turns.settle()
    assert len({one.message.id for one in posted}) == 1
    assert sum(not one.repeated for one in posted) == 1
    assert texts(await shop.transcript(desk), Sender.BUYER) == ["在吗"]
    assert len(shop.bot.ran) == 1


async def test_the_same_client_id_with_another_text_is_refused(shop: Shop) -> None:
    desk = await shop.desk()
    await desk.post_buyer_message(buyer(), "c1", "在吗")
    with pytest.raises(Conflict):
        await desk.post_buyer_message(buyer(), "c1", "别的话")
    assert texts(await shop.transcript(desk), Sender.BUYER) == ["在吗"]


async def test_two_buyers_may_use_the_same_client_id(shop: Shop) -> None:
    desk = await shop.desk()
    for who in (buyer("u1"), buyer("u2")):
        assert not (await desk.post_buyer_message(who, "c1", "在吗")).repeated


async def test_fifty_messages_at_once_leave_no_gap(shop: Shop) -> None:
    desks = [await shop.desk(), await shop.desk()]
    await desks[0].open_conversation(buyer())
    await asyncio.gather(*(desks[n % 2].post_buyer_message(buyer(), f"c{n}", f"第{n}条") for n in range(50)))
    for _ in range(3):
        for desk in desks:
            await desk.turns.settle()
    messages = await desks[0].messages_after(await desks[0].conversation_of(buyer()), 0)
    assert [message.seq for message in messages] == list(range(1, len(messages) + 1))
    assert sorted(texts(messages, Sender.BUYER)) == sorted(f"第{n}条" for n in range(50))
    assert texts(messages, Sender.BOT)[1:] == [f"答：{text}" for text in texts(messages, Sender.BUYER)]
    assert list(shop.bot.most_at_once.values()) == [1]


async def test_messages_are_read_in_pages(shop: Shop) -> None:
    desk = await shop.desk()
    for n in range(3):
        await shop.say(desk, f"第{n}条")
    conversation = await desk.conversation_of(buyer())
    assert [m.seq for m in await desk.messages_after(conversation, 2, limit=3)] == [3, 4, 5]
    assert await desk.messages_after(conversation, 7) == []


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  在吗\u3000", "在吗"),
        ("在\u200b吗\ufeff", "在吗"),
        ("在吗\x00\x1b[31m", "在吗[31m"),
        ("第一行\r\n第二行", "第一行\n第二行"),
        ("价格\u202e是多少", "价格是多少"),
        ("ＡＢＣ１２３ 退貨", "ＡＢＣ１２３ 退貨"),
        ("好的👌", "好的👌"),
        ("坏\ud800字符", "坏字符"),
    ],
)
async def test_text_is_kept_as_typed_without_what_cannot_be_seen(shop: Shop, typed: str, kept: str) -> None:
    desk = await shop.desk()
    assert (await shop.say(desk, typed)).text == kept
    assert texts(await shop.transcript(desk), Sender.BUYER) == [kept]


@pytest.mark.parametrize(
    ("client_id", "typed", "error"),
    [
        ("c1", "", TextEmpty),
        ("c1", " \u3000\n", TextEmpty),
        ("c1", "\u200b\u200d", TextEmpty),
        ("c1", "啊" * 1001, TextTooLong),
        ("", "在吗", BadRequest),
        ("c" * 65, "在吗", BadRequest),
        ("c\x00", "在吗", BadRequest),
    ],
)
async def test_what_cannot_be_stored_is_refused(shop: Shop, client_id: str, typed: str, error: type[Exception]) -> None:
    desk = await shop.desk()
    await desk.open_conversation(buyer())
    with pytest.raises(error):
        await desk.post_buyer_message(buyer(), client_id, typed)
    assert len(await shop.transcript(desk)) == 1


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("/restart", "／restart"),
        ("  /restart", "／restart"),
        ("\u200b/session_start", "／session_start"),
        ('\u3000/inform{"a": 1}', '／inform{"a": 1}'),
        ("//slots", "／/slots"),
        ("退/换都行", "退/换都行"),
    ],
)
async def test_commands_reach_the_bot_as_words(shop: Shop, typed: str, read: str) -> None:
    desk = await shop.desk()
    message = await shop.say(desk, typed)
    assert message.text == typed.strip("\u200b\u3000 ")
    assert [call["text"] for call in shop.bot.calls] == [read]


@pytest.mark.parametrize(
    ("typed", "secret", "what"),
    [
        ("我的银行卡号是 4111 1111 1111 1111", "4111", "银行卡号"),
        ("密码是abc12345", "abc12345", "密码"),
        ("身份证号 11010519491231002X", "11010519491231002X", "身份证号"),
    ],
)
async def test_secrets_are_neither_stored_nor_sent_to_the_bot(shop: Shop, typed: str, secret: str, what: str) -> None:
    desk = await shop.desk()
    await shop.say(desk, typed)
    messages = await shop.transcript(desk)
    assert all(secret not in text for text in texts(messages))
    assert all(secret not in call["text"] for call in shop.bot.calls)
    (why,) = texts(messages, Sender.SYSTEM)
    assert what in why and "隐私" in why


async def test_a_tapped_choice_speaks_its_title_and_carries_its_payload(shop: Shop) -> None:
    desk = await shop.desk()
    shop.bot.next(
        said("是哪一单？", choices=(("订单 8801", '/provide_info{"order_number": "8801"}'), ("别的", "/other")))
    )
    await shop.say(desk, "查物流")
    asked = (await shop.transcript(desk))[-1]
    assert [choice.title for choice in asked.choices] == ["订单 8801", "别的"]
    message = await shop.say(desk, "", choice_id=asked.choices[0].id)
    assert message.text == "订单 8801"
    assert shop.bot.calls[-1]["choice"] == '/provide_info{"order_number": "8801"}'
    assert shop.bot.calls[0]["choice"] is None


async def test_a_choice_of_another_conversation_is_refused(shop: Shop) -> None:
    desk = await shop.desk()
    shop.bot.next(said("是哪一单？", choices=(("订单 8801", "/a"),)))
    await shop.say(desk, "查物流")
    choice = (await shop.transcript(desk))[-1].choices[0]
    await desk.open_conversation(buyer("u2"))
    for who, id in ((buyer("u2"), choice.id), (buyer(), "k_made_up")):
        with pytest.raises(BadRequest) as caught:
            await desk.post_buyer_message(who, "c1", "", id)
        assert caught.value.field == "choice"


async def test_a_repeated_tap_is_one_message(shop: Shop) -> None:
    desk = await shop.desk()
    shop.bot.next(said("是哪一单？", choices=(("订单 8801", "/a"), ("订单 8802", "/b"))))
    await shop.say(desk, "查物流")
    first, second = (await shop.transcript(desk))[-1].choices
    assert not (await desk.post_buyer_message(buyer(), "tap", "", first.id)).repeated
    assert (await desk.post_buyer_message(buyer(), "tap", "", first.id)).repeated
    with pytest.raises(Conflict):
        await desk.post_buyer_message(buyer(), "tap", "", second.id)
