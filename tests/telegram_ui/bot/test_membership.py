"""Who blocks the bot is remembered as somebody who cannot be written to, until they let it in again."""

from typing import Any

import pytest
from asgiref.sync import sync_to_async

from bookings.models import User
from telegram_ui.runtime import Runtime
from tests.factories import ClientFactory
from tests.telegram_ui.builders import context, envelope, person

pytestmark = pytest.mark.django_db(transaction=True)

BOT = {"id": 1000000001, "is_bot": True, "first_name": "Bot", "username": "booking_bot"}


def change(to: str, *, chat: dict[str, Any]) -> dict[str, Any]:
    banned = {"until_date": 0} if to == "kicked" else {}
    return {
        "update_id": 7,
        "my_chat_member": {
            "chat": chat, "from": person(1001), "date": 1_700_000_000,
            "old_chat_member": {"status": "member", "user": BOT},
            "new_chat_member": {"status": to, "user": BOT, **banned},
        },
    }  # fmt: skip


PRIVATE = {"id": 1001, "type": "private", "first_name": "Anna"}
GROUP = {"id": -5, "type": "group", "title": "Friends"}


@pytest.mark.parametrize(
    ("before", "to", "chat", "after"),
    [
        (False, "kicked", PRIVATE, True),
        (True, "kicked", PRIVATE, True),
        (True, "member", PRIVATE, False),
        (
            False,
            "left",
            GROUP,
            False,
        ),  # the bot was taken out of a group: its members can be written to all the same
    ],
)
async def test_blocking_and_letting_in_again(
    bot_runtime: Runtime, before: bool, to: str, chat: dict[str, Any], after: bool
) -> None:
    user = await sync_to_async(ClientFactory.create)(tg_id=1001, bot_blocked=before)
    await bot_runtime.process(envelope(change(to, chat=chat), user=context(1001)))
    assert (await User.objects.aget(pk=user.pk)).bot_blocked is after
