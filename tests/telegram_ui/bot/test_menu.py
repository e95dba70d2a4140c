"""One live menu in a chat, whatever was left in it before."""

from telegram_ui.keyboards.main import only_menu
from telegram_ui.menu import MenuController, keys
from telegram_ui.screen import Screen
from tests.telegram_ui.bot.conftest import JAMES, Walker


async def test_a_last_word_without_buttons_clears_all_that_went_before(walker: Walker) -> None:
    walk = walker(JAMES.id)
    await walk.say("/start")
    live = (await walk.screen())["message_id"]
    old = [await walk.runtime.bot.send_message(JAMES.id, "A menu", reply_markup=only_menu()) for _ in range(2)]
    redis = walk.runtime.redis
    known = ", ".join(f'"{message}": false' for message in (live, *(message.message_id for message in old)))
    await redis.set(keys(JAMES.id)[1], f"{{{known}}}")

    await MenuController(bot=walk.runtime.bot, redis=redis, chat_id=JAMES.id).show(
        Screen("", "Goodbye"), pressed=live
    )

    assert await redis.get(keys(JAMES.id)[1]) in (None, "{}", b"{}")
    texts = [message["text"] for message in await walk.bot_messages()]
    assert texts[-1] == "Goodbye"
    assert "A menu" not in texts
