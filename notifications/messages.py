"""A decided telling becomes a neutral message in the reader's language: HTML text and actions, no channel yet."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import structlog
from django.utils import translation
from django.utils.translation import gettext as _

from bookings.enums import BookingStatus, CancelReason
from notifications.actions import Action, ActionRows
from notifications.details import Facts, lines, values
from notifications.markup import read
from notifications.placeholders import fill
from notifications.templates import BY_ROLE, Template

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Message:
    """``text`` is HTML of the few tags Telegram knows, everything from outside escaped; ``rows`` are actions."""

    text: str
    rows: ActionRows = ()

    def with_more(self, text: str) -> "Message":
        """The same with ``text`` (HTML) below; as it is, where Telegram would then refuse the whole."""
        more = f"{self.text}\n\n{text}" if text else self.text
        return Message(more, self.rows) if read(more).can_be_sent else self

    def to_json(self) -> dict[str, Any]:
        return {"text": self.text, "rows": [[asdict(action) for action in row] for row in self.rows]}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Message":
        rows = tuple(
            tuple(Action(one["name"], tuple(one["args"]), one["label"]) for one in row)
            for row in stored.get("rows", ())
        )
        return cls(stored["text"], rows)


def render(*, template: str, role: str, language: str, facts: Facts, own_text: str = "") -> Message:
    """Write the message. ``own_text`` replaces the built-in words (``{details}`` gives the lines), not the actions.

    An own text that with these facts says nothing, or is nothing Telegram takes, gives way to the built-in words: better
    those than no message.

    Raises:
        KeyError: no such template for the role.
    """
    chosen = BY_ROLE[role][_fitting(template, facts)]
    facts = replace(facts, reader=role)
    with translation.override(language):
        details = "\n".join(lines(facts, chosen.details, language))
        known = values(facts, language)
        text = _own_words(own_text, known | {"details": details}, facts, language)
        if not text:
            parts = [fill(_(chosen.headline), known), details]
            parts += [fill(_(chosen.closing), known)] if chosen.closing else []
            text = "\n\n".join(part for part in parts if part)
        return Message(text, _rows(chosen, facts))


def _own_words(own_text: str, known: Mapping[str, str], facts: Facts, language: str) -> str:
    """``own_text`` filled in; empty where there is none, or none that can be sent."""
    words = fill(own_text, known)
    if not own_text or read(words).is_blank:
        return ""
    text = "\n".join([words, *_left_out(own_text, facts, language)])
    if (markup := read(text)).can_be_sent:
        return text
    log.warning("own_text_not_used", problem=markup.problem or "too long", text=own_text[:100])
    return ""


def _left_out(own_text: str, facts: Facts, language: str) -> list[str]:
    """What own words without the details must not keep from the reader: that the message stands for a whole series."""
    return [] if "{details}" in own_text else lines(facts, ("series",), language)


def _fitting(template: str, facts: Facts) -> str:
    """What the text of an event really is.

    A booking that still waits for a yes is a request, not yet a booking; nobody is sorry for what was asked for; a
    visit that only changed hands has not moved.
    """
    if template == "yours_cancelled" and facts.payload.get("reason") == CancelReason.CLIENT_REQUEST:
        return "yours_cancelled_as_asked"
    if template == "created" and facts.card is not None and facts.card.status == BookingStatus.PENDING:
        return "requested"
    return _SAME_TIME.get(template, template) if _keeps_its_time(facts) else template


_SAME_TIME = {"yours_moved": "yours_reassigned", "moved": "reassigned"}


def _keeps_its_time(facts: Facts) -> bool:
    before = facts.payload.get("old_starts_at")
    return before is not None and before == facts.payload.get("starts_at")


def _rows(template: Template, facts: Facts) -> ActionRows:
    subject = _subject(template, facts)
    if subject is None or not template.actions:
        return ()
    return (tuple(Action(name, (subject, *args), _(label)) for name, label, args in template.actions),)


def _subject(template: Template, facts: Facts) -> int | None:
    if template.about == "waitlist_entry":
        return facts.payload.get("waitlist_entry_id")
    return facts.card.id if facts.card is not None else None
