"""One update of every kind that Telegram knows, with the mailbox it belongs to."""

from typing import Any

from tests.telegram_ui.builders import message, person

ANNA = person(1001)
PRIVATE = {"id": 1001, "type": "private", "first_name": "Anna"}
GROUP = {"id": -100500, "type": "supergroup", "title": "Salon"}
CHANNEL = {"id": -100700, "type": "channel", "title": "News"}
DATE = 1_700_000_000
POST = {"message_id": 3, "date": DATE, "chat": CHANNEL, "text": "news", "sender_chat": CHANNEL}
BUSINESS = {**message(), "business_connection_id": "bc"}
ADDRESS = {
    "country_code": "DE", "state": "", "city": "Berlin", "street_line1": "a", "street_line2": "", "post_code": "1",
}  # fmt: skip
BOOST = {
    "boost_id": "b",
    "add_date": DATE,
    "expiration_date": DATE,
    "source": {"source": "premium", "user": ANNA},
}
MEMBER = {
    "chat": PRIVATE,
    "from": ANNA,
    "date": DATE,
    "old_chat_member": {"status": "member", "user": {"id": 42, "is_bot": True, "first_name": "Bot"}},
    "new_chat_member": {
        "status": "kicked",
        "user": {"id": 42, "is_bot": True, "first_name": "Bot"},
        "until_date": 0,
    },
}
BOT = {"id": 42, "is_bot": True, "first_name": "Bot"}

_PAYLOADS: dict[str, tuple[dict[str, Any], int]] = {
    "message": (message(), 1001),
    "edited_message": ({**message(), "edit_date": DATE}, 1001),
    "channel_post": (POST, -100700),
    "edited_channel_post": ({**POST, "edit_date": DATE}, -100700),
    "business_connection": (
        {"id": "bc", "user": ANNA, "user_chat_id": 1001, "date": DATE, "can_reply": True, "is_enabled": True},
        1001,
    ),
    "business_message": (BUSINESS, 1001),
    "edited_business_message": ({**BUSINESS, "edit_date": DATE}, 1001),
    "deleted_business_messages": (
        {"business_connection_id": "bc", "chat": PRIVATE, "message_ids": [1]},
        1001,
    ),
    "guest_message": ({**message(chat=-100500, user=1001), "chat": GROUP}, -100500),
    "message_reaction": (
        {
            "chat": GROUP,
            "message_id": 1,
            "user": ANNA,
            "date": DATE,
            "old_reaction": [],
            "new_reaction": [{"type": "emoji", "emoji": "👍"}],
        },
        -100500,
    ),
    "message_reaction_count": (
        {
            "chat": CHANNEL,
            "message_id": 1,
            "date": DATE,
            "reactions": [{"type": {"type": "emoji", "emoji": "👍"}, "total_count": 1}],
        },
        -100700,
    ),
    "inline_query": ({"id": "1", "from": ANNA, "query": "cut", "offset": ""}, 1001),
    "chosen_inline_result": ({"result_id": "1", "from": ANNA, "query": "cut"}, 1001),
    "callback_query": (
        {
            "id": "1",
            "from": ANNA,
            "chat_instance": "x",
            "data": "d",
            "message": {**message(), "from": BOT},
        },
        1001,
    ),
    "shipping_query": (
        {"id": "1", "from": ANNA, "invoice_payload": "p", "shipping_address": ADDRESS},
        1001,
    ),
    "pre_checkout_query": (
        {"id": "1", "from": ANNA, "currency": "EUR", "total_amount": 100, "invoice_payload": "p"},
        1001,
    ),
    "purchased_paid_media": ({"from": ANNA, "paid_media_payload": "p"}, 1001),
    "poll": (
        {
            "id": "1",
            "question": "?",
            "options": [],
            "total_voter_count": 0,
            "is_closed": False,
            "is_anonymous": True,
            "type": "regular",
            "allows_multiple_answers": False,
            "allows_revoting": False,
            "members_only": False,
        },
        0,
    ),
    "poll_answer": (
        {"poll_id": "1", "user": ANNA, "option_ids": [0], "option_persistent_ids": ["0"]},
        1001,
    ),
    "my_chat_member": (MEMBER, 1001),
    "chat_member": ({**MEMBER, "chat": GROUP}, -100500),
    "chat_join_request": ({"chat": GROUP, "from": ANNA, "user_chat_id": 1001, "date": DATE}, -100500),
    "chat_boost": ({"chat": CHANNEL, "boost": BOOST}, -100700),
    "removed_chat_boost": (
        {"chat": CHANNEL, "boost_id": "b", "remove_date": DATE, "source": BOOST["source"]},
        -100700,
    ),
    "managed_bot": ({"user": ANNA, "bot": BOT}, 1001),
    "subscription": ({"user": ANNA, "invoice_payload": "p", "state": "active"}, 1001),
    "stopped_message_generation": ({"chat": PRIVATE, "message_thread_id": 1, "draft_id": 1}, 1001),
}

#: kind → (update, id of its mailbox)
UPDATES: dict[str, tuple[dict[str, Any], int]] = {
    kind: ({"update_id": 500 + number, kind: payload}, chat)
    for number, (kind, (payload, chat)) in enumerate(_PAYLOADS.items())
}
