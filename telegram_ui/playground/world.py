"""What exists: people, chats, messages, button presses, files. Messages are kept as the Bot API's own JSON."""

import asyncio
from collections import OrderedDict, deque
from dataclasses import asdict, dataclass, field
from typing import Any

from telegram_ui.playground.errors import JsonDict


@dataclass(slots=True)
class Person:
    """A Telegram account. ``blocked``: this person has blocked the bot."""

    id: int
    first_name: str
    last_name: str = ""
    username: str = ""
    language_code: str = ""
    phone: str = ""
    role: str = ""
    started: bool = True
    blocked: bool = False
    deactivated: bool = False

    def as_user(self) -> JsonDict:
        user: JsonDict = {"id": self.id, "is_bot": False, "first_name": self.first_name}
        user.update(
            {name: value for name in ("last_name", "username", "language_code") if (value := getattr(self, name))}
        )
        return user

    def as_chat(self) -> JsonDict:
        chat: JsonDict = {"id": self.id, "type": "private", "first_name": self.first_name}
        chat.update({name: value for name in ("last_name", "username") if (value := getattr(self, name))})
        return chat

    def as_json(self) -> JsonDict:
        return asdict(self)


@dataclass(slots=True)
class Press:
    """A press of an inline button: it spins until it is answered or 150 s have passed."""

    id: str
    user_id: int
    chat_id: int
    message_id: int
    data: str
    at: float
    answered: bool = False
    text: str = ""
    show_alert: bool = False
    url: str = ""

    def as_json(self) -> JsonDict:
        return asdict(self)


@dataclass(slots=True)
class Chat:
    id: int
    info: JsonDict
    members: set[int] = field(default_factory=set)
    kicked: bool = False
    migrated_to: int | None = None
    messages: dict[int, JsonDict] = field(default_factory=dict)
    #: Messages that carried a reply keyboard: Telegram lets nobody edit them.
    uneditable: set[int] = field(default_factory=set)
    keyboard: JsonDict | None = None  # {"message_id", "markup"}; markup also holds force_reply
    pinned: list[int] = field(default_factory=list)
    presses: deque[Press] = field(default_factory=lambda: deque(maxlen=20))
    typing: tuple[str, float] | None = None
    menu_button: JsonDict | None = None
    version: int = 0
    waiters: list[asyncio.Future[None]] = field(default_factory=list)

    @property
    def private(self) -> bool:
        return bool(self.info["type"] == "private")


@dataclass(slots=True)
class World:
    """Everything by its id. ``order`` bounds the memory that messages take, over all chats."""

    people: dict[int, Person] = field(default_factory=dict)
    chats: dict[int, Chat] = field(default_factory=dict)
    presses: "OrderedDict[str, Press]" = field(default_factory=OrderedDict)
    order: deque[tuple[int, int]] = field(default_factory=deque)
    profile: dict[str, Any] = field(default_factory=dict)

    def add_person(self, person: Person) -> Chat:
        """Add or replace a person; the private chat, if there is one, stays."""
        self.people[person.id] = person
        chat = self.chats.get(person.id)
        if chat is None:
            chat = self.chats[person.id] = Chat(person.id, person.as_chat())
        else:
            chat.info = person.as_chat()
        return chat

    def by_username(self, name: str) -> Chat | None:
        wanted = name.removeprefix("@").lower()
        return next((c for c in self.chats.values() if c.info.get("username", "").lower() == wanted), None)
