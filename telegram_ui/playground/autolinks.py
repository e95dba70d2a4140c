"""Entities that Telegram finds by itself in plain text: commands, addresses, mentions, hashtags."""

import re

from telegram_ui.playground.errors import JsonDict
from telegram_ui.playground.utf16 import utf16_length

_HINT = re.compile(r"[/@#.]")
_FOUND = re.compile(
    r"(?P<url>https?://[^\s<>\"]+[^\s<>\".,;:!?)\]'])"
    r"|(?P<email>(?<![\w.+-])[A-Za-z0-9._+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,})"
    r"|(?P<bot_command>(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/]))"
    r"|(?P<mention>(?<![\w@])@[A-Za-z][A-Za-z0-9_]{3,31}(?!\w))"
    r"|(?P<hashtag>(?<![\w#])#(?=\w*[^\W\d])\w{1,255})"
)


def find_entities(text: str) -> list[JsonDict]:
    if not _HINT.search(text):
        return []
    found = []
    for match in _FOUND.finditer(text):
        offset = utf16_length(text[: match.start()])
        found.append({"type": match.lastgroup, "offset": offset, "length": utf16_length(match[0])})
    return found


def with_found(text: str, entities: list[JsonDict]) -> list[JsonDict]:
    """Add the found entities that do not touch a link or code the sender has marked."""
    closed = [e for e in entities if e["type"] in {"text_link", "text_mention", "code", "pre"}]
    added = [
        entity
        for entity in find_entities(text)
        if not any(
            entity["offset"] < e["offset"] + e["length"] and e["offset"] < entity["offset"] + entity["length"]
            for e in closed
        )
    ]
    if not added:
        return entities
    return sorted([*entities, *added], key=lambda entity: (entity["offset"], -entity["length"]))
