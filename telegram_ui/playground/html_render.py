"""Text and entities back to Telegram's HTML, as aiogram's ``message.html_text`` would give it."""

from html import escape

from telegram_ui.playground.errors import JsonDict

_TAGS = {
    "bold": "b", "italic": "i", "underline": "u", "strikethrough": "s",
    "spoiler": "tg-spoiler", "code": "code", "blockquote": "blockquote",
}  # fmt: skip


def render_html(text: str, entities: list[JsonDict]) -> str:
    """Escape ``text`` and wrap its entities in tags; entities found by Telegram itself add no tag."""
    if not entities:
        return escape(text, quote=False)
    data = text.encode("utf-16-le")

    def part(begin: int, end: int) -> str:
        return escape(data[begin * 2 : end * 2].decode("utf-16-le", "replace"), quote=False)

    def render(begin: int, end: int, inside: list[JsonDict]) -> str:
        result, position, index = "", begin, 0
        while index < len(inside):
            entity = inside[index]
            start, stop = entity["offset"], entity["offset"] + entity["length"]
            nested = [e for e in inside[index + 1 :] if e["offset"] < stop]
            result += part(position, start) + _wrap(entity, render(start, stop, nested))
            position = stop
            index += 1 + len(nested)
        return result + part(position, end)

    return render(0, len(data) // 2, entities)


def _wrap(entity: JsonDict, inner: str) -> str:
    kind = entity["type"]
    if kind in _TAGS:
        return f"<{_TAGS[kind]}>{inner}</{_TAGS[kind]}>"
    if kind == "text_link":
        return f'<a href="{escape(entity["url"])}">{inner}</a>'
    if kind == "text_mention":
        return f'<a href="tg://user?id={entity["user"]["id"]}">{inner}</a>'
    if kind == "expandable_blockquote":
        return f"<blockquote expandable>{inner}</blockquote>"
    if kind == "pre" and entity.get("language"):
        return f'<pre><code class="language-{escape(entity["language"])}">{inner}</code></pre>'
    if kind == "pre":
        return f"<pre>{inner}</pre>"
    if kind == "custom_emoji":
        return f'<tg-emoji emoji-id="{escape(entity["custom_emoji_id"])}">{inner}</tg-emoji>'
    return inner
