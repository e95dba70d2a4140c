"""Bringing back what the journal kept: people, chats, messages, files, pending updates, the webhook."""

from dataclasses import replace

from telegram_ui.playground.bot_api import BotApi
from telegram_ui.playground.errors import JsonDict
from telegram_ui.playground.files import StoredFile
from telegram_ui.playground.webhook import WebhookConfig
from telegram_ui.playground.world import Chat, Person, Press


async def restore(api: BotApi, people: tuple[Person, ...]) -> None:
    """Load the journal over the people of the start, then go on delivering."""
    for person in people:
        api.world.add_person(replace(person))
    for _key, stored in api.journal.load("person"):
        api.world.add_person(Person(**stored))
    for key, stored in api.journal.load("chat"):
        _restore_chat(api, int(key), stored)
    messages = sorted(api.journal.load("message"), key=lambda row: row[1]["message_id"])
    for key, message in messages:
        chat = api.world.chats.get(int(key.partition(":")[0]))
        if chat is not None:
            chat.messages[message["message_id"]] = message
            api.world.order.append((chat.id, message["message_id"]))
    for _key, stored in sorted(api.journal.load("press"), key=lambda row: row[1]["at"]):
        _restore_press(api, Press(**stored))
    for _key, stored in api.journal.load("file"):
        api.files.remember(StoredFile(**stored))
    for _key, stored in api.journal.load("profile"):
        api.world.profile = stored
    api.updates.restore(api.journal.updates())
    await _restore_webhook(api)


def _restore_chat(api: BotApi, chat_id: int, stored: JsonDict) -> None:
    chat = api.world.chats.get(chat_id)
    if chat is None:
        chat = api.world.chats[chat_id] = Chat(chat_id, stored["info"])
    chat.members = set(stored["members"])
    chat.uneditable = set(stored["uneditable"])
    for name in ("kicked", "migrated_to", "keyboard", "pinned", "menu_button"):
        setattr(chat, name, stored[name])


def _restore_press(api: BotApi, press: Press) -> None:
    api.world.presses[press.id] = press
    chat = api.world.chats.get(press.chat_id)
    if chat is not None:
        chat.presses.append(press)


async def _restore_webhook(api: BotApi) -> None:
    def keep(config: WebhookConfig | None) -> None:
        if config is None:
            api.journal.remove("webhook", "bot")
        else:
            api.journal.save("webhook", "bot", config.as_json())

    stored = next((value for _key, value in api.journal.load("webhook")), None)
    api.webhook.changed = keep
    if stored is not None:
        allowed = stored.pop("allowed_updates")
        await api.webhook.set(WebhookConfig(**stored, allowed_updates=tuple(allowed) if allowed else None))
