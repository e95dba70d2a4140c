"""What Telegram refuses for good harms nobody: no second attempt, no dead letter."""

import pytest
from aiogram.exceptions import TelegramBadRequest

from bookings.models import User
from telegram_ui.gateway.identity import UserContext
from telegram_ui.runtime import Runtime
from tests.telegram_ui.builders import envelope, person, text_update
from tests.telegram_ui.fake_bot_api import FakeBotApi

pytestmark = pytest.mark.django_db(transaction=True)

GONE = (400, "Bad Request: chat not found")
FORBIDDEN = (403, "Forbidden: bot was kicked from the group chat")
TOO_OLD = (400, "Bad Request: query is too old and response timeout expired or query ID is invalid")
MUTED = (400, "Bad Request: not enough rights to send text messages to the chat")


@pytest.fixture
def user() -> UserContext:
    row = User.objects.create(tg_id=1001, first_name="Anna", password="!")
    return UserContext(user_id=row.pk, tg_id=1001, role="client", language="en")


@pytest.mark.parametrize("error", [GONE, FORBIDDEN, MUTED])
@pytest.mark.parametrize("chat", [1001, -100])
async def test_a_chat_that_cannot_be_written_to(
    runtime: Runtime, bot_api: FakeBotApi, user: UserContext, chat: int, error: tuple[int, str]
) -> None:
    bot_api.errors["sendMessage"] = error
    await runtime.process(envelope(text_update(1, "/start", chat=chat, user=1001), user=user))
    assert "sendMessage" in [method for method, _form in bot_api.calls]


@pytest.mark.parametrize("inline", [True, False], ids=["inline message", "group"])
async def test_a_press_that_is_too_old_to_be_answered(
    runtime: Runtime, bot_api: FakeBotApi, user: UserContext, inline: bool
) -> None:
    bot_api.errors["answerCallbackQuery"] = TOO_OLD
    where = (
        {"inline_message_id": "5"}
        if inline
        else {"message": {"message_id": 1, "date": 1, "chat": {"id": -100, "type": "group", "title": "Friends"}}}
    )
    query = {"id": "77", "from": person(), "chat_instance": "1", "data": "x", **where}
    await runtime.process(envelope({"update_id": 1, "callback_query": query}, user=user))
    assert [method for method, _form in bot_api.calls] == ["answerCallbackQuery"]


async def test_what_is_the_bots_own_fault_stays_a_failure(
    runtime: Runtime, bot_api: FakeBotApi, user: UserContext
) -> None:
    bot_api.errors["sendMessage"] = (400, "Bad Request: can't parse entities")
    with pytest.raises(TelegramBadRequest):
        await runtime.process(envelope(text_update(1, "/start"), user=user))
