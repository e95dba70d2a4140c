"""Facts of a visit as escaped text: values of placeholders, and the lines of a message.

Dates and times are those of the location's wall clock, wherever the reader is.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from html import escape
from typing import Any

from django.utils.translation import gettext as _, gettext_noop, ngettext

from bookings.enums import Role
from bookings.read_models import BookingCard, LocationCard, Text
from bookings.reasons import reason_text
from notifications import formats
from notifications.campaigns.troubles import trouble_in_words

#: A comment or a reason is a stranger's text: it must not push the rest out of Telegram's 4096 characters.
_FREE_TEXT_LIMIT = 500


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything a message may say. ``payload`` is the event's; ``today`` decides whether a year is named."""

    today: datetime
    card: BookingCard | None = None
    payload: Mapping[str, Any] = field(default_factory=dict)
    company: Text | None = None
    #: The role of whoever reads it.
    reader: str = ""
    #: The specialist who reads it and is told of their part of the visit; ``None``: of the whole.
    specialist_id: int | None = None

    def of_visits(self, count: int) -> "Facts":
        """The same, told of so many visits of a series at once."""
        return replace(self, payload={**self.payload, "visits": count})


def values(facts: Facts, language: str) -> dict[str, str]:
    """Placeholder → escaped text in ``language``, whose translation must be active; an unknown fact is empty."""
    payload = facts.payload
    plain = {
        "company": facts.company.localize(language) if facts.company else "",
        "reason": reason_text(
            str(payload.get("reason") or "")[:_FREE_TEXT_LIMIT], to_client=facts.reader == Role.CLIENT
        ),
        "answered_by": str(payload.get("answered_by") or ""),
        "series": _series(int(payload.get("visits", 1))),
        "letters": _letters(int(payload["letters"])) if "letters" in payload else "",
        "campaign": str(payload.get("campaign") or ""),
        "trouble": trouble_in_words(str(payload.get("trouble") or ""))[:_FREE_TEXT_LIMIT],
    }
    if facts.card is not None:
        plain |= _of_card(facts.card, facts, language)
    return {name: escape(text, quote=False) for name, text in plain.items()}


def lines(facts: Facts, names: tuple[str, ...], language: str) -> list[str]:
    """The lines ``names`` ask for, those without content left out. The translation of ``language`` must be active."""
    known = values(facts, language)
    return [line for name in names if (line := _LINES[name](known))]


def _of_card(whole: BookingCard, facts: Facts, language: str) -> dict[str, str]:
    card = _part(whole, facts)
    zone = card.location.zone
    old = _old_start(facts.payload)
    if old is not None:
        old += card.starts_at - whole.starts_at  # a part moves with its visit
    names = dict.fromkeys(item.specialist_name.localize(language) for item in card.items)
    return {
        "booking": str(card.id),
        "service": ", ".join(item.service_name.localize(language) for item in card.items),
        "specialist": ", ".join(names),
        "date": formats.day(card.starts_at, zone=zone, language=language, today=facts.today),
        "time": formats.time(card.starts_at, zone=zone, language=language),
        "old_date": formats.day(old, zone=zone, language=language, today=facts.today) if old else "",
        "old_time": formats.time(old, zone=zone, language=language) if old else "",
        "location": card.location.name.localize(language),
        "address": card.location.address.localize(language),
        "price": formats.money(card.price, currency=card.currency, language=language) if card.price else "",
        "new_price": _new_price(whole, facts, language),
        "client": card.client.name,
        "phone": card.client.phone,
        "comment": card.comment[:_FREE_TEXT_LIMIT],
        "map": _map_link(card.location),
    }


def _part(whole: BookingCard, facts: Facts) -> BookingCard:
    """What the reader gives of the visit; whom it was taken from reads of what they gave."""
    gives = {item.specialist_id for item in whole.items}
    gave = facts.payload.get("old_specialist_ids")
    if facts.specialist_id in gives or not isinstance(gave, list) or len(gave) != len(whole.items):
        return whole.part_of(facts.specialist_id)
    return whole.narrowed_to(
        item for item, who in zip(whole.items, gave, strict=True) if who == facts.specialist_id
    )


def _new_price(whole: BookingCard, facts: Facts, language: str) -> str:
    """Where a move has changed it: of the whole visit, for who reads of the whole."""
    if "old_price" not in facts.payload or facts.specialist_id is not None:
        return ""
    return formats.money(whole.price, currency=whole.currency, language=language)


def _old_start(payload: Mapping[str, Any]) -> datetime | None:
    text = payload.get("old_starts_at")
    return datetime.fromisoformat(text) if isinstance(text, str) else None


def _map_link(location: LocationCard) -> str:
    if location.latitude is None or location.longitude is None:
        return ""
    return f"https://maps.google.com/?q={location.latitude},{location.longitude}"


Line = Callable[[Mapping[str, str]], str]


def _line(sign: str, *names: str) -> Line:
    def line(known: Mapping[str, str]) -> str:
        text = ", ".join(value for name in names if (value := known.get(name)))
        return f"{sign} {text}" if text else ""

    return line


def _labelled(label: str, *names: str) -> Line:
    def line(known: Mapping[str, str]) -> str:
        text = ", ".join(value for name in names if (value := known.get(name)))
        return f"{_(label)} {text}" if text else ""

    return line


def _where(known: Mapping[str, str]) -> str:
    text = ", ".join(value for name in ("location", "address") if (value := known.get(name)))
    link = known.get("map")
    return f'📍 <a href="{link}">{text}</a>' if text and link else f"📍 {text}" if text else ""


def _series(visits: int) -> str:
    more = visits - 1
    return (
        ngettext("and %(count)d more visit", "and %(count)d more visits", more) % {"count": more} if more else ""
    )


def _letters(count: int) -> str:
    return ngettext("%(count)d open letter", "%(count)d open letters", count) % {"count": count}


_LINES: Mapping[str, Line] = {
    "service": _line("▫️", "service"),
    "specialist": _line("👤", "specialist"),
    "when": _line("🗓", "date", "time"),
    "series": _line("🔁", "series"),
    "where": _where,
    "price": _line("💳", "price"),
    "client": _line("🙂", "client", "phone"),
    "comment": _line("💬", "comment"),
    "was": _labelled(gettext_noop("Was:"), "old_date", "old_time"),
    "now": _labelled(gettext_noop("Now:"), "date", "time"),
    "new_price": _labelled(gettext_noop("New price:"), "new_price"),
    "reason": _labelled(gettext_noop("Reason:"), "reason"),
    "answered_by": _labelled(gettext_noop("Noted by"), "answered_by"),
    "letters": _line("✉️", "letters"),
    "campaign": _line("📣", "campaign"),
    "trouble": _labelled(gettext_noop("Reason:"), "trouble"),
}
