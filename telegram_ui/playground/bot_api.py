"""The heart of the playground: chats as the Bot API sees them, without HTTP."""

import secrets
from typing import Any

from telegram_ui.playground.clock import Clock
from telegram_ui.playground.errors import ApiError, JsonDict, bad_request, forbidden
from telegram_ui.playground.files import FileStore
from telegram_ui.playground.journal import Journal
from telegram_ui.playground.live import Hub
from telegram_ui.playground.polling import Polling
from telegram_ui.playground.updates import PRESS_TTL, Updates
from telegram_ui.playground.views import keyboard_view, message_view, press_view
from telegram_ui.playground.webhook import Webhook
from telegram_ui.playground.world import Chat, Press, World

EDITABLE_SECONDS = 48 * 3600
_PRESSES_KEPT = 20_000


class BotApi:
    """State and the rules that more than one method needs. All of it runs on one event loop."""

    def __init__(
        self,
        *,
        bot: JsonDict,
        clock: Clock,
        journal: Journal,
        files: FileStore,
        pause_unit: float,
        max_messages: int,
    ) -> None:
        self.bot = bot
        self.clock = clock
        self.journal = journal
        self.files = files
        self.world = World()
        self.hub = Hub()
        self.updates = Updates(clock, journal, journal.counter("update_id", secrets.randbelow(10**8) + 10**8))
        self.webhook = Webhook(self.updates, clock, pause_unit=pause_unit)
        self.polling = Polling(self.updates)
        self._max_messages = max_messages
        self._next_message_id = journal.counter("message_id", 1)

    # Who may be written to

    def chat(self, chat_id: int | str) -> Chat:
        """The chat of a call, or Telegram's reason why the bot cannot reach it."""
        chat = self.world.chats.get(chat_id) if isinstance(chat_id, int) else self.world.by_username(chat_id)
        if chat is None:
            raise bad_request("chat not found")
        if chat.private:
            person = self.world.people[chat.id]
            if not person.started:
                raise bad_request("chat not found")
            if person.deactivated:
                raise forbidden("user is deactivated")
            if person.blocked:
                raise forbidden("bot was blocked by the user")
        elif chat.migrated_to is not None:
            raise ApiError(
                400,
                "Bad Request: group chat was upgraded to a supergroup chat",
                migrate_to_chat_id=chat.migrated_to,
            )
        elif chat.kicked:
            raise forbidden(f"bot was kicked from the {chat.info['type']} chat")
        return chat

    # Messages

    def new_message_id(self) -> int:
        message_id = self._next_message_id
        self._next_message_id += 1
        self.journal.count("message_id", self._next_message_id)
        return message_id

    def add_message(
        self, chat: Chat, sender: JsonDict, content: JsonDict, reply_to: JsonDict | None = None
    ) -> JsonDict:
        """Store a message of ``sender`` and show it."""
        message: JsonDict = {
            "message_id": self.new_message_id(),
            "from": sender,
            "chat": chat.info,
            "date": int(self.clock.now()),
            **content,
        }
        if reply_to is not None:
            message["reply_to_message"] = {k: v for k, v in reply_to.items() if k != "reply_to_message"}
        chat.messages[message["message_id"]] = message
        self.world.order.append((chat.id, message["message_id"]))
        self._forget_oldest()
        self.show(chat, message)
        return message

    def post(
        self, chat: Chat, content: JsonDict, markup: JsonDict | None = None, reply_to: JsonDict | None = None
    ) -> JsonDict:
        """Send a message as the bot; a reply keyboard takes its place under the input."""
        if markup and "inline_keyboard" in markup:
            content = {**content, "reply_markup": markup}
        chat.typing = None
        message = self.add_message(chat, self.bot, content, reply_to)
        if markup and "inline_keyboard" not in markup:
            self._set_keyboard(chat, message["message_id"], markup)
        return message

    def show(self, chat: Chat, message: JsonDict) -> None:
        """Keep and publish a new or changed message."""
        self.journal.save("message", f"{chat.id}:{message['message_id']}", message)
        self.hub.changed(chat, "message", message=_lazy_view(self, message))

    def edit(self, chat: Chat, message: JsonDict, changed: JsonDict, *, mark: bool = True) -> JsonDict:
        """Replace a stored message. ``mark``: show it as edited (a new keyboard alone does not)."""
        if mark:
            changed = {**changed, "edit_date": int(self.clock.now())}
        chat.messages[message["message_id"]] = changed
        self.show(chat, changed)
        return changed

    def delete(self, chat: Chat, message_ids: list[int]) -> None:
        for message_id in message_ids:
            chat.messages.pop(message_id, None)
            chat.uneditable.discard(message_id)
            self.journal.remove("message", f"{chat.id}:{message_id}")
            if message_id in chat.pinned:
                chat.pinned.remove(message_id)
        self.hub.changed(chat, "deleted", message_ids=message_ids)
        if chat.keyboard and chat.keyboard["message_id"] in message_ids:
            # Clients drop a reply keyboard together with the message that brought it.
            self._set_keyboard(chat, 0, {"remove_keyboard": True})

    def message(self, chat: Chat, message_id: int, what: str) -> JsonDict:
        """A stored message; ``what`` reads as "message to edit"."""
        message = chat.messages.get(message_id)
        if message is None:
            raise bad_request(f"{what} not found")
        return message

    def _set_keyboard(self, chat: Chat, message_id: int, markup: JsonDict) -> None:
        if markup.get("remove_keyboard"):
            chat.keyboard = None
        else:
            chat.keyboard = {"message_id": message_id, "markup": markup}
        if message_id:
            chat.uneditable.add(message_id)
        self.save_chat(chat)
        self.hub.changed(chat, "keyboard", keyboard=keyboard_view(chat))

    def use_one_time_keyboard(self, chat: Chat) -> None:
        """A one-time keyboard folds and a forced reply ends when the person writes."""
        markup = chat.keyboard["markup"] if chat.keyboard else {}
        if markup.get("force_reply"):
            chat.keyboard = None
        elif markup.get("one_time_keyboard") and chat.keyboard:
            chat.keyboard = {**chat.keyboard, "used": True}
        else:
            return
        self.save_chat(chat)
        self.hub.changed(chat, "keyboard", keyboard=keyboard_view(chat))

    def _forget_oldest(self) -> None:
        while len(self.world.order) > self._max_messages:
            chat_id, message_id = self.world.order.popleft()
            chat = self.world.chats.get(chat_id)
            if chat is not None and chat.messages.pop(message_id, None) is not None:
                chat.uneditable.discard(message_id)
                self.journal.remove("message", f"{chat_id}:{message_id}")

    # Button presses

    def add_press(self, chat: Chat, user: JsonDict, message: JsonDict, data: str) -> tuple[Press, int | None]:
        """Press an inline button: returns the press and the id of its update (``None``: the bot wants none)."""
        press = Press(
            str(secrets.randbits(62)), user["id"], chat.id, message["message_id"], data, self.clock.now()
        )
        self.world.presses[press.id] = press
        while len(self.world.presses) > _PRESSES_KEPT:
            self.journal.remove("press", self.world.presses.popitem(last=False)[0])
        chat.presses.append(press)
        query = {
            "id": press.id, "from": user, "message": message,
            "chat_instance": str(abs(hash((chat.id, self.bot["id"])))), "data": data,
        }  # fmt: skip
        self.save_press(press)
        update_id = self.updates.put("callback_query", query, f"press:{user['id']}", PRESS_TTL)
        self.hub.changed(chat, "press", press=press_view(press))
        return press, update_id

    def answer_press(self, press_id: str, *, text: str, show_alert: bool, url: str) -> None:
        press = self.world.presses.get(press_id)
        if press is None or press.answered or self.clock.now() - press.at >= PRESS_TTL:
            raise bad_request("query is too old and response timeout expired or query ID is invalid")
        press.answered, press.text, press.show_alert, press.url = True, text, show_alert, url
        self.save_press(press)
        chat = self.world.chats.get(press.chat_id)
        if chat is not None:
            self.hub.changed(chat, "press", press=press_view(press))

    # What a restart keeps

    def settle(self) -> None:
        """Note the exact counters, so that a clean restart skips no number."""
        self.journal.settle("update_id", self.updates.next_update_id)
        self.journal.settle("message_id", self._next_message_id)

    def save_press(self, press: Press) -> None:
        self.journal.save("press", press.id, press.as_json())

    def save_chat(self, chat: Chat) -> None:
        self.journal.save("chat", chat.id, chat_record(chat))

    def save_profile(self) -> None:
        self.journal.save("profile", "bot", self.world.profile)
        self.hub.announce("profile", profile=self.world.profile)


def chat_record(chat: Chat) -> JsonDict:
    return {
        "info": chat.info, "members": sorted(chat.members), "kicked": chat.kicked, "migrated_to": chat.migrated_to,
        "uneditable": sorted(chat.uneditable), "keyboard": chat.keyboard, "pinned": chat.pinned,
        "menu_button": chat.menu_button,
    }  # fmt: skip


def _lazy_view(api: BotApi, message: JsonDict) -> Any:
    """Views are for watchers; with none there is nothing to build."""
    return message_view(message, api.files) if api.hub.subscribers else None
