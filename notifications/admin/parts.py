"""Pieces that several pages show."""

import json
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from bookings.actor import Actor
from bookings.enums import Door, Role
from bookings.models import User
from bookings.queries.actors import actor_of_user
from notifications.messages import Message
from notifications.placeholders import validate_text

_COLOURS = {
    "pending": "#6b7280", "sending": "#2563eb", "sent": "#15803d", "processed": "#15803d", "retry": "#b45309",
    "dead": "#b91c1c", "open": "#b91c1c", "skipped": "#6b7280", "unknown": "#7c3aed", "requeued": "#2563eb",
    "discarded": "#6b7280", "draft": "#6b7280", "scheduled": "#7c3aed", "materialising": "#2563eb", "running": "#15803d",
    "paused": "#b45309", "done": "#166534", "cancelled": "#6b7280",
}  # fmt: skip


def actor_of(request: HttpRequest) -> Actor:
    """Whoever is signed in, acting through the admin site."""
    user = request.user
    if not isinstance(user, User):
        return Actor(role=Role.CLIENT, door=Door.ADMIN)
    return actor_of_user(user, door=Door.ADMIN)


def badge(state: str, label: str) -> SafeString:
    """The state as a coloured pill."""
    return format_html(
        '<span style="background:{};color:#fff;border-radius:9px;padding:1px 9px;white-space:nowrap">{}</span>',
        _COLOURS.get(state, "#6b7280"),
        label,
    )


def bubble(message: Message) -> SafeString:
    """The message as Telegram would show it; text that is not the HTML Telegram takes is shown as plain text."""
    try:
        validate_text(message.text.replace("{", "{{").replace("}", "}}"))
        text = mark_safe(message.text)  # noqa: S308 - just checked to hold nothing but Telegram's few tags
    except ValidationError:
        text = SafeString("")
        text = format_html("{}", message.text)
    buttons = [
        format_html('<span style="{}">{}</span>', _BUTTON, one.label) for row in message.rows for one in row
    ]
    return format_html(
        '<div style="{}"><div style="white-space:pre-wrap">{}</div><div>{}</div></div>',
        _BUBBLE, text, mark_safe(" ".join(buttons)),  # noqa: S308 - joined from escaped parts
    )  # fmt: skip


def pretty(value: Any) -> SafeString:
    """JSON, indented."""
    return format_html(
        '<pre style="margin:0;white-space:pre-wrap">{}</pre>', json.dumps(value, ensure_ascii=False, indent=2)
    )


def preformatted(text: str) -> SafeString:
    return format_html('<pre style="margin:0;white-space:pre-wrap">{}</pre>', text)


_BUBBLE = (
    "max-width:24em;background:#eef6ea;color:#111;border-radius:12px;padding:10px 14px;line-height:1.45;"
    "border:1px solid #cfe3c5"
)
_BUTTON = "display:inline-block;margin-top:8px;padding:3px 12px;border-radius:8px;background:#c9dfbf;color:#1f4d12"
