"""Which updates are posted where, and how fast."""

from dataclasses import dataclass
from typing import Any

import orjson

#: Telegram's own limit is 100 parallel connections of one bot.
CONNECTIONS = 64


@dataclass(frozen=True, slots=True)
class Plan:
    """``count`` text messages, from ``chats`` private chats in turn.

    ``rate`` is in updates a second, sent by the clock whatever the server does (open loop); 0 is as fast as the
    answers come on ``connections`` keep-alive connections.
    """

    port: int
    path: str
    secret: str
    count: int
    chats: int
    rate: float = 0.0
    connections: int = CONNECTIONS
    first_chat: int = 1_000_000
    first_update: int = 1
    text: str = "/help"

    def update(self, number: int) -> dict[str, Any]:
        """The update with this number, from 0."""
        chat = self.first_chat + number % self.chats
        person = {"id": chat, "first_name": f"User {chat}", "username": f"user{chat}"}
        sender = {**person, "is_bot": False, "language_code": "en"}
        message: dict[str, Any] = {
            "message_id": 1 + number // self.chats,
            "from": sender,
            "chat": {**person, "type": "private"},
            "date": 1_767_225_600,
            "text": self.text,
        }
        if self.text.startswith("/"):
            message["entities"] = [{"offset": 0, "length": len(self.text), "type": "bot_command"}]
        return {"update_id": self.first_update + number, "message": message}

    def requests(self) -> list[bytes]:
        """Every HTTP request, ready to be written to a connection."""
        return [self._request(number) for number in range(self.count)]

    def _request(self, number: int) -> bytes:
        body = orjson.dumps(self.update(number))
        head = (
            f"POST {self.path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nContent-Type: application/json\r\n"
            f"X-Telegram-Bot-Api-Secret-Token: {self.secret}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body
