"""Messages to many, as admins compose and follow them."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from html import escape, unescape

from django.utils.translation import gettext as _, ngettext

from booking_site.lib import clock
from bookings.enums import Language
from bookings.exceptions import BookingError
from notifications.campaigns.content import in_language
from notifications.campaigns.read_models import AudienceCount, CampaignCard, Progress
from notifications.events import CampaignStatus, DeliveryState
from notifications.exceptions import InvalidCampaign
from telegram_ui.editor.look import Look
from telegram_ui.views.audience import people, reaches, told
from telegram_ui.views.errors import text_of
from telegram_ui.views.format import bold, by_clock, clock_name, full_moment, language, near_moment, short

_TAG = re.compile(r"<[^>]*>")
#: Cells of a bar of progress.
_CELLS = 10
_EXCERPT = 200
BEGUN = (CampaignStatus.MATERIALISING, CampaignStatus.RUNNING, CampaignStatus.PAUSED)
EDITABLE = (CampaignStatus.DRAFT, CampaignStatus.SCHEDULED)


def bare(markup: str) -> str:
    """The words of a text with tags."""
    return " ".join(unescape(_TAG.sub(" ", markup)).split())


def mark(status: str) -> str:
    return {
        CampaignStatus.DRAFT: "✏️",
        CampaignStatus.SCHEDULED: "🗓",
        CampaignStatus.MATERIALISING: "⏳",
        CampaignStatus.RUNNING: "▶️",
        CampaignStatus.PAUSED: "⏸",
        CampaignStatus.DONE: "✅",
        CampaignStatus.CANCELLED: "✖️",
    }[CampaignStatus(status)]


def status_line(status: str) -> str:
    words = {
        CampaignStatus.DRAFT: _("draft"),
        CampaignStatus.SCHEDULED: _("scheduled"),
        CampaignStatus.MATERIALISING: _("being made ready"),
        CampaignStatus.RUNNING: _("being sent"),
        CampaignStatus.PAUSED: _("paused"),
        CampaignStatus.DONE: _("finished"),
        CampaignStatus.CANCELLED: _("cancelled"),
    }
    return f"{mark(status)} {words[CampaignStatus(status)]}"


def page(cards: Sequence[CampaignCard]) -> str:
    head = bold(_("Campaigns"))
    if not cards:
        return f"{head}\n\n" + _("No campaigns yet. A campaign is one message to many clients.")
    lines = [
        f"{number}. {mark(card.status)} {escape(short(card.name, 40), quote=False)}"
        for number, card in enumerate(cards, start=1)
    ]
    return f"{head}\n\n" + "\n".join(lines)


def ask_text() -> str:
    return (
        bold(_("New campaign"))
        + "\n\n"
        + _(
            "Send the message as clients are to read it: a text, or a photo with a caption. Bold, italics and links stay."
        )
    )


def ask_other_text(card: CampaignCard, *, russian: bool) -> str:
    now = card.text_ru if russian else card.text_en
    ask = _("Send the Russian text.") if russian else _("Send the English text.")
    return f"{head(card)}\n\n{now or '–'}\n\n{ask}"


def ask_button() -> str:
    return _("Send what the button says and where it leads: Our prices https://example.com/prices")


def ask_time(zone: str) -> str:
    ask = _("When is it to start? Type a day and a time: tomorrow 10:00, 25.11 18:30.")
    return f"{ask}\n" + by_clock(clock.now(), zone)


def no_time() -> str:
    return _("I need a day and a time of the day: tomorrow 10:00.")


def head(card: CampaignCard) -> str:
    return f"📢 <b>{escape(card.name, quote=False)}</b>"


def card(card: CampaignCard, count: AudienceCount | None, progress: Progress | None, look: Look) -> str:
    """``count``: whom it would reach now; ``progress``: how far it is, of one that has begun."""
    lines = [head(card), status_line(card.status), ""]
    for sign, text in (("🇷🇺", card.text_ru), ("🇬🇧", card.text_en)):
        if text:
            lines.append(f"{sign} {escape(short(bare(text), _EXCERPT), quote=False)}")
    if card.has_photo:
        lines.append("🖼 " + _("with a photo"))
    lines += [f"🔘 {escape(in_language(each.label, language()), quote=False)}" for each in card.buttons]
    if card.scheduled_at is not None and card.status == CampaignStatus.SCHEDULED:
        when = near_moment(card.scheduled_at, look.zone, look.today)
        lines.append(f"🗓 {when} ({clock_name(card.scheduled_at, look.zone)})")
    lines += ["", f"👥 {told(card.audience, look)}"]
    if count is not None:
        lines += [reaches(count), *one_sided(card, count)]
    if progress is not None:
        lines += ["", *_progress(progress)]
    return "\n".join(lines)


def preview(card: CampaignCard) -> str:
    """The text itself, as its reader in this language gets it."""
    text = in_language({"ru": card.text_ru, "en": card.text_en}, language())
    lines = [text]
    if card.has_photo:
        lines.insert(0, "🖼 " + _("(the photo stands here)") + "\n")
    buttons = [f"[ {escape(in_language(each.label, language()), quote=False)} ]" for each in card.buttons]
    return "\n".join([*lines, *([""] if buttons else []), *buttons])


def ask_start(card: CampaignCard, count: AudienceCount) -> str:
    ask = bold(_("Send it to %(people)s now?") % {"people": people(count.total)})
    return "\n\n".join([head(card), ask, *one_sided(card, count)])


def ask_plan(card: CampaignCard, count: AudienceCount, at: datetime, zone: str, today: date) -> str:
    when = full_moment(at, zone, today)
    ask = bold(_("Send it by itself: %(when)s (%(clock)s)?") % {"when": when, "clock": clock_name(at, zone)})
    whom = f"{reaches(count)}\n" + _("They are counted anew when it starts.")
    return "\n\n".join([head(card), ask, whom, *one_sided(card, count)])


def one_sided(card: CampaignCard, count: AudienceCount) -> list[str]:
    """A warning where somebody would get a text in the language that is not theirs."""
    russian, english = (count.by_language.get(code, 0) for code in (Language.RU, Language.EN))
    if english and not card.text_en:
        text = ngettext(
            "⚠️ There is no English text: %(count)d person who reads English gets the Russian one.",
            "⚠️ There is no English text: %(count)d people who read English get the Russian one.",
            english,
        )
        return [text % {"count": english}]
    if russian and not card.text_ru:
        text = ngettext(
            "⚠️ There is no Russian text: %(count)d person who reads Russian gets the English one.",
            "⚠️ There is no Russian text: %(count)d people who read Russian get the English one.",
            russian,
        )
        return [text % {"count": russian}]
    return []


def ask_cancel(card: CampaignCard) -> str:
    return f"{head(card)}\n\n" + bold(_("Cancel the campaign?")) + "\n" + _("What has not been sent never is.")


def watched(name: str, progress: Progress) -> str:
    """The message that follows a campaign by itself."""
    return "\n".join(
        [f"📢 <b>{escape(name, quote=False)}</b>", status_line(progress.status), "", *_progress(progress)]
    )


def _progress(progress: Progress) -> list[str]:
    if progress.status == CampaignStatus.MATERIALISING:
        return [_("On the list so far: %(people)s") % {"people": people(progress.total)}, *_trouble(progress)]
    total = progress.total
    share = progress.settled / total if total else 0.0
    bar = "▓" * int(share * _CELLS) + "░" * (_CELLS - int(share * _CELLS))
    sent = progress.by_state.get(DeliveryState.SENT, 0)
    lines = [
        f"{bar} {int(share * 100)}%",
        _("Settled: %(done)d of %(total)d") % {"done": progress.settled, "total": total},
        _("Arrived: %(count)d") % {"count": sent},
    ]
    failed = _failed(progress.by_state)
    if failed:
        lines.append(_("Did not arrive: %(count)d") % {"count": failed})
    if progress.seconds_left is not None and progress.left:
        minutes = max(1, round(progress.seconds_left / 60))
        lines.append(
            ngettext("About %(count)d minute left", "About %(count)d minutes left", minutes) % {"count": minutes}
        )
    return lines + _trouble(progress)


def _trouble(progress: Progress) -> list[str]:
    return ["⚠️ " + escape(progress.trouble[:200], quote=False)] if progress.trouble else []


def _failed(by_state: Mapping[str, int]) -> int:
    return sum(
        by_state.get(state, 0) for state in (DeliveryState.DEAD, DeliveryState.SKIPPED, DeliveryState.UNKNOWN)
    )


def refusal(error: BookingError) -> str:
    """Plain text, fit for a toast."""
    details = error.details
    if isinstance(error, InvalidCampaign):
        limit = details.get("limit", 0)
        return {
            "missing": _("Something is missing: a text, or what a button says."),
            "too_long": _("Too long: at most %(limit)s characters.") % {"limit": limit},
            "html": _("Telegram does not take this formatting."),
            "url": _("An address begins with https://."),
            "count": _("At most %(limit)s buttons.") % {"limit": limit},
            "service": _("A button leads to a service that is not offered any more."),
            "past": _("That time has passed, or is more than a year ahead."),
        }.get(str(details.get("reason")), text_of(error))
    if error.code == "wrong_campaign_status":
        status = status_line(str(details.get("status")))
        return _("The campaign is in another state by now: %(status)s.") % {"status": status}
    if error.code == "stale_version":
        return _("Somebody has changed this in the meantime. Here it is as it is now.")
    if error.code == "nobody_to_tell":
        return _("Nobody fits this audience.")
    return text_of(error)


def saved() -> str:
    return _("Saved.")


def tested() -> str:
    return _("It is on its way to you.")


def started() -> str:
    return _("It is being sent.")


def watching() -> str:
    return _("The message below follows it.")
