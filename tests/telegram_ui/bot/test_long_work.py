"""Work that takes long lets the button rest and shows as typing."""

import asyncio
import threading
from typing import Any

import pytest

from bookings.queries.users import company
from bookings.services.confirm_coming import confirm_coming
from telegram_ui.handlers import middleware
from tests.telegram_ui.bot.conftest import JAMES, NOW, Walker
from tests.telegram_ui.bot.past import visit
from tests.telegram_ui.bot.salon import Salon
from tests.telegram_ui.bot.test_walk_staff import news


@pytest.mark.parametrize("refused", [False, True], ids=["taken", "refused"])
async def test_long_work_lets_the_button_rest_and_shows_as_typing(
    walker: Walker, monkeypatch: pytest.MonkeyPatch, refused: bool
) -> None:
    walk = walker(JAMES.id)
    await walk.say("/start")
    release = threading.Event()

    def slow(**given: Any) -> Any:
        assert release.wait(10)
        return company(**given)

    monkeypatch.setattr("telegram_ui.handlers.common.start.company", slow)
    monkeypatch.setattr(middleware, "PATIENCE", 0.0)
    if refused:
        await walk.refuse("sendChatAction")
    press = asyncio.create_task(walk.tap("ℹ️ About us"))
    await asyncio.to_thread(walk.client.wait_calls, 1, "sendChatAction")
    release.set()
    assert await press == ""
    assert "📅 Book a visit" in await walk.labels()


async def test_words_that_come_after_the_button_rests_stand_in_a_message(
    walker: Walker, salon: Salon, monkeypatch: pytest.MonkeyPatch
) -> None:
    walk = walker(JAMES.id)
    await walk.say("/start")
    card = await visit(salon, JAMES.id, NOW.replace(day=24, hour=12))
    await news(walk, "Tomorrow at 15:00: haircut", "booking.coming", booking_id=card.id)
    release = threading.Event()

    def slow(**given: Any) -> Any:
        assert release.wait(10)
        return confirm_coming(**given)

    monkeypatch.setattr("telegram_ui.handlers.common.on_booking.confirm_coming", slow)
    monkeypatch.setattr(middleware, "PATIENCE", 0.0)
    press = asyncio.create_task(walk.tap("COMING"))
    await asyncio.to_thread(walk.client.wait_calls, 1, "sendChatAction")
    release.set()
    assert await press == ""
    assert (await walk.bot_messages())[-1]["text"] == "Great, see you!"
