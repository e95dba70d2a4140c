"""Promotion codes, tags of clients, and advertisements under messages."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _, ngettext

from bookings.enums import DiscountKind
from bookings.services.resources import entities
from bookings.services.resources.reading import Row
from notifications import entities as telling
from telegram_ui.editor.kinds import Days, Discount, Instant, Line, Many, Money, Number, OneOf, Texts
from telegram_ui.editor.look import Look
from telegram_ui.editor.module import Field, Module
from telegram_ui.views.format import bold


def _kinds() -> Mapping[Any, str]:
    return {DiscountKind.PERCENT: str(_("percent")), DiscountKind.AMOUNT: str(_("an amount"))}


def _used(row: Row, _look: Look) -> Sequence[str]:
    times = row.values["used"]
    return (ngettext("Used %(count)d time.", "Used %(count)d times.", times) % {"count": times},)


def _promotion(row: Row, look: Look) -> str:
    value = Discount().show(row.values["value"], Look(look.today, look.zone, look.currency, values=row.values))
    return f"{row.values['code']} · {value}"


PROMOTIONS = Module(
    code="pm",
    entity=entities.PROMOTIONS,
    emoji="🎁",
    title=_("Promotions"),
    about=_("Codes that clients type when they book."),
    none=_("No promotions yet."),
    new=_("➕ New promotion"),
    fields=(
        Field("code", _("Code"), Line(), ("code",), hint=_("Letters, digits, hyphens; upper and lower case are the same.")),
        Field("title", _("Title"), Texts(), ("name",), none=_("none")),
        Field("kind", _("Kind of discount"), OneOf(words=_kinds), ("kind",)),
        Field("value", _("Discount"), Discount(), ("value",)),
        Field("days", _("Days"), Days(), ("valid_from", "valid_to"), none=_("always"), hint=_("When it may be booked with.")),
        Field("min", _("Minimum price"), Money(zero=_("any price")), ("min_price",)),
        Field("limit", _("Uses in all"), Number(offered=(10, 50, 100), least=1), ("usage_limit",), none=_("no limit")),
        Field("each", _("Uses per client"), Number(offered=(1, 2, 3), least=1), ("client_limit",), none=_("no limit")),
        Field("for", _("For services"), Many(to="sv", nobody=lambda: str(_("all"))), ("services",)),
    ),
    asked=("code", "kind", "value", "days", "limit", "for"),
    titled="code",
    name=lambda row, _look: str(row.values["code"]),
    names=lambda row, _look: (str(row.values["code"]),),
    label=_promotion,
    notes=_used,
)  # fmt: skip


TAGS = Module(
    code="tg",
    entity=entities.TAGS,
    emoji="🏷",
    title=_("Tags"),
    about=_(
        "Words to sort clients by, for campaigns. Who has which is set on a client's card; clients never see them."
    ),
    none=_("No tags yet."),
    new=_("➕ New tag"),
    fields=(Field("name", _("Name"), Line(), ("name",), hint=_("Upper and lower case are the same.")),),
    asked=("name",),
)


def _preview(row: Row) -> str:
    texts = [(str(_("in Russian")), row.values["text_ru"]), (str(_("in English")), row.values["text_en"])]
    head = bold(str(_("How it looks")))
    return "\n\n".join([head, *(f"<i>{name}</i>\n{text}" for name, text in texts if text)])


ADS = Module(
    code="ad",
    entity=telling.AD_TEMPLATES,
    emoji="📣",
    title=_("Advertisements"),
    about=_("A few words under messages, where the settings of notifications let them follow."),
    none=_("No advertisements yet."),
    new=_("➕ New ad"),
    fields=(
        Field("title", _("Title"), Line(), ("name",), hint=_("Only the team reads it.")),
        Field(
            "ru", _("Text in Russian"), Line(prose=True, markup=True), ("text_ru",), none=_("none"),
            hint=_("Bold, italics and links stay as you type them."),
        ),
        Field(
            "en", _("Text in English"), Line(prose=True, markup=True), ("text_en",), none=_("none"),
            hint=_("Bold, italics and links stay as you type them."),
        ),
        Field("from", _("Shown from"), Instant(), ("starts_at",), none=_("at once")),
        Field("until", _("Shown until"), Instant(ends=True), ("ends_at",), none=_("for good")),
        Field(
            "weight", _("Weight"), Number(offered=(1, 2, 3, 5)), ("weight",),
            hint=_("Of two that fit, the one of weight 2 is chosen twice as often."),
        ),
        Field(
            "cap", _("Times a day"), Number(offered=(1, 2, 3)), ("daily_cap",),
            hint=_("So often a person sees it a day, at most."),
        ),
    ),
    asked=("title", "ru", "en", "from", "until"),
    name=lambda row, _look: str(row.values["name"]),
    preview=_preview,
)  # fmt: skip
