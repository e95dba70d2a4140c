"""A restart, clean or not, keeps chats, undelivered updates, the webhook and the numbering."""

from pathlib import Path

from telegram_ui.playground import acts
from telegram_ui.playground.server import PlaygroundServer
from telegram_ui.playground.webhook import WebhookConfig
from telegram_ui.playground.world import Person
from tests.playground.conftest import ANNA, JAMES, TOKEN
from tests.playground.pictures import png

NOBODY_LISTENS = "http://127.0.0.1:9/"


def server(folder: Path) -> PlaygroundServer:
    return PlaygroundServer(TOKEN, data_dir=folder, people=(ANNA, JAMES))


def say(running: PlaygroundServer, text: str) -> int:
    return int(acts.say(running.api, acts.place(running.api, ANNA.id), text)["update_id"])


async def kill(running: PlaygroundServer) -> None:
    """What SIGKILL leaves: the port is free, nothing more is written."""
    await running.api.webhook.close()
    assert running._runner is not None
    await running._runner.cleanup()
    running._journal.close()  # every record is written by itself: closing adds nothing that a kill would lose


async def test_a_killed_playground_goes_on_where_it_was(tmp_path: Path) -> None:
    first = server(tmp_path)
    await first.start()
    await first.api.webhook.set(WebhookConfig(NOBODY_LISTENS, "secret", 7, ("message", "callback_query")))
    keys = {"inline_keyboard": [[{"text": "Yes", "callback_data": "y"}]]}
    chat = first.api.world.chats[ANNA.id]
    message = first.api.post(chat, {"text": "Sure?"}, keys)
    first.api.post(chat, {"text": "Menu"}, {"keyboard": [[{"text": "A"}]]})
    first.api.world.add_person(Person(5001, "New", role="guest"))
    first.api.journal.save("person", 5001, first.api.world.people[5001].as_json())
    stored = first.api.files.add(png(3, 2), "a.png", "image/png", photo=True)
    first.api.journal.save("file", stored.file_id, stored.as_json())
    sent = [say(first, "one"), say(first, "two")]
    press, press_update = first.api.add_press(chat, ANNA.as_user(), message, "y")
    await kill(first)

    second = server(tmp_path)
    await second.start()
    assert second.api.webhook.config == WebhookConfig(NOBODY_LISTENS, "secret", 7, ("message", "callback_query"))
    assert [update.update_id for update in second.api.updates.pending.values()] == [*sent, press_update]
    assert second.api.world.chats[ANNA.id].messages == chat.messages
    assert second.api.world.chats[ANNA.id].keyboard == chat.keyboard
    assert second.api.files.read(second.api.files.files[stored.file_id]) == png(3, 2)
    assert second.api.world.people[5001].first_name == "New"
    second.api.answer_press(press.id, text="", show_alert=False, url="")
    assert say(second, "three") > sent[-1] + 1
    assert second.api.new_message_id() > max(chat.messages)
    await second.stop()


async def test_a_clean_restart_skips_no_number(tmp_path: Path) -> None:
    async with server(tmp_path) as first:
        last = say(first, "one")
        message_id = first.api.new_message_id()
    async with server(tmp_path) as second:
        assert say(second, "two") == last + 1
        assert second.api.new_message_id() == message_id + 2


async def test_what_was_taken_or_deleted_does_not_come_back(tmp_path: Path) -> None:
    async with server(tmp_path) as first:
        update_id = say(first, "one")
        first.api.updates.take(update_id + 1, 100)
        chat = first.api.world.chats[ANNA.id]
        first.api.delete(chat, list(chat.messages))
    async with server(tmp_path) as second:
        assert not second.api.updates.pending
        assert not second.api.world.chats[ANNA.id].messages
