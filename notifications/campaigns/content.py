"""What a campaign says: checked as Telegram would check it, before a hundred thousand people wait for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError

from bookings.enums import Language
from bookings.models import Service
from notifications.actions import Action
from notifications.exceptions import InvalidCampaign
from notifications.markup import TEXT_LIMIT
from notifications.messages import Message
from notifications.models import Campaign
from notifications.models.campaign import NAME_LIMIT
from notifications.placeholders import validate_markup, visible_length

CAPTION_LIMIT = 1024
#: The text as it is typed, tags and all: more is no message but a mistake.
_RAW_LIMIT = 20_000
MOST_BUTTONS = 2
LABEL_LIMIT = 64
_URL_LIMIT = 500
#: A button that opens an address, and one that starts booking: of anything, or of one service.
LINK, BOOK = "link", "book"


@dataclass(frozen=True, slots=True)
class Button:
    """``label`` by language; one is enough. ``service_id`` belongs to ``book``, ``url`` to ``link``."""

    kind: str
    label: Mapping[str, str]
    url: str = ""
    service_id: int | None = None

    @classmethod
    def from_json(cls, stored: object) -> "Button":
        """Raises InvalidCampaign."""
        if not isinstance(stored, Mapping) or stored.get("kind") not in (LINK, BOOK):
            raise InvalidCampaign("a button is a link or leads to booking", field="buttons", reason="missing")
        label, service_id = stored.get("label") or {}, stored.get("service_id")
        if not isinstance(label, Mapping) or (service_id is not None and type(service_id) is not int):
            raise InvalidCampaign("a button has labels by language", field="buttons", reason="missing")
        words = {code: str(label.get(code, "")).strip() for code in Language.values}
        return cls(stored["kind"], words, str(stored.get("url", "")).strip(), service_id)

    def to_json(self) -> dict[str, Any]:
        target = {"url": self.url} if self.kind == LINK else {"service_id": self.service_id}
        return {"kind": self.kind, "label": dict(self.label), **target}

    def action(self, language: str) -> Action:
        label = in_language(self.label, language)
        if self.kind == LINK:
            return Action("open.link", (self.url,), label)
        # What follows ``?start=`` in the link to the bot; nothing leads to its first screen.
        return Action("open.bot", (f"book_{self.service_id}" if self.service_id else "book",), label)


def in_language(texts: Mapping[str, str], language: str) -> str:
    """The text of that language; where there is none, the one there is."""
    return texts.get(language) or next((text for text in texts.values() if text), "")


def check(campaign: Campaign) -> None:
    """Raise InvalidCampaign unless the campaign can be sent as it is."""
    if not campaign.name or len(campaign.name) > NAME_LIMIT:
        reason = "too_long" if campaign.name else "missing"
        raise InvalidCampaign("a name of one line", field="name", reason=reason, limit=NAME_LIMIT)
    has_photo = bool(campaign.photo or campaign.photo_file_id)
    for field in ("text_ru", "text_en"):
        _check_text(field, getattr(campaign, field), CAPTION_LIMIT if has_photo else TEXT_LIMIT)
    if not campaign.text_ru and not campaign.text_en:
        raise InvalidCampaign("a text in one language at least", field="text_ru", reason="missing")
    check_buttons([Button.from_json(one) for one in campaign.buttons])


def _check_text(field: str, text: str, limit: int) -> None:
    if "\0" in text:
        raise InvalidCampaign("a character that no text has", field=field, reason="html", problem="\\0")
    if len(text) > _RAW_LIMIT:
        raise InvalidCampaign("far too long", field=field, reason="too_long", limit=limit)
    try:
        validate_markup(text)
    except ValidationError as error:
        if error.code == "blank":
            raise InvalidCampaign("nothing of it can be seen", field=field, reason="missing") from error
        problem = (error.params or {}).get("problem", "")
        told = f"HTML that Telegram does not take: {problem}"
        raise InvalidCampaign(told, field=field, reason="html", problem=problem) from error
    if visible_length(text) > limit:
        raise InvalidCampaign(f"longer than {limit} characters", field=field, reason="too_long", limit=limit)


def check_buttons(buttons: Sequence[Button]) -> None:
    """Raise InvalidCampaign unless Telegram shows these buttons and each leads somewhere."""
    if len(buttons) > MOST_BUTTONS:
        raise InvalidCampaign(
            f"at most {MOST_BUTTONS} buttons", field="buttons", reason="count", limit=MOST_BUTTONS
        )
    for button in buttons:
        if not any(button.label.values()):
            raise InvalidCampaign("a button says something", field="buttons", reason="missing")
        if any(len(label) > LABEL_LIMIT for label in button.label.values()):
            raise InvalidCampaign("a shorter label", field="buttons", reason="too_long", limit=LABEL_LIMIT)
        if button.kind == LINK and not _is_address(button.url):
            raise InvalidCampaign("an address that begins with https://", field="buttons", reason="url")
        wanted = button.service_id
        if wanted is not None and not Service.objects.filter(pk=wanted, is_active=True).exists():
            raise InvalidCampaign("no such service is offered", field="buttons", reason="service")


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    plain = url.isprintable() and not any(character.isspace() for character in url)
    return plain and len(url) <= _URL_LIMIT and parts.scheme == "https" and bool(parts.hostname)


def body_of(campaign: Campaign, language: str) -> dict[str, Any]:
    """What is sent to a reader of ``language``, as ``Delivery.body`` would keep it."""
    text = in_language({"ru": campaign.text_ru, "en": campaign.text_en}, language)
    rows = tuple((Button.from_json(one).action(language),) for one in campaign.buttons)
    body: dict[str, Any] = Message(text, rows).to_json()
    if campaign.photo_file_id or campaign.photo:
        body["photo"] = {"file_id": campaign.photo_file_id, "path": campaign.photo.path if campaign.photo else ""}
    if campaign.is_paid:
        body["paid"] = True
    return body
