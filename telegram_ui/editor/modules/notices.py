"""What is told to whom, where and in whose words, and when nobody is to be disturbed."""

from html import escape

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from bookings.enums import Role
from bookings.services.resources.reading import Row
from notifications import entities
from notifications.events import Channel, Kind
from notifications.messages import render
from notifications.placeholders import PLACEHOLDERS
from notifications.sample import sample_facts
from notifications.switchboard import ensure_policy, ensure_rows, first_rows, template_of
from telegram_ui.editor.kinds import Hours, Line, Minutes, MinutesList, Number, Switch
from telegram_ui.editor.look import Look
from telegram_ui.editor.module import Field, Link, Module
from telegram_ui.views.format import bold, capital


def _event(kind: str) -> str:
    return capital(str(Kind(kind).label)) if kind in Kind else kind


def _cell(row: Row) -> str:
    return f"{capital(str(Role(row.values['role']).label))} · {Channel(row.values['channel']).label}"


def _label(row: Row, _look: Look) -> str:
    own = " ✏️" if row.values["text_ru"] or row.values["text_en"] else ""
    return f"{'✅' if row.values['enabled'] else '⬜️'} {_cell(row)}{own}"


def _preview(row: Row) -> str:
    """In both languages, as the reader sees it, with a visit that is made up."""
    kind, role = row.values["kind"], row.values["role"]
    facts, template = sample_facts(), template_of(kind, role)
    parts = [bold(str(_("How it looks")))]
    for code, name in (("ru", str(_("in Russian"))), ("en", str(_("in English")))):
        message = render(
            template=template, role=role, language=code, facts=facts, own_text=row.values[f"text_{code}"]
        )
        parts.append(f"<i>{escape(name, quote=False)}</i>\n{message.text}")
    return "\n\n".join(parts)


_OWN = Line(prose=True, markup=True)
_HINT = format_lazy(
    "{} {}",
    _("Your own words instead of the built-in ones. These are filled in:"),
    " ".join(f"{{{name}}}" for name in PLACEHOLDERS),
)

EVENTS = Module(
    code="ne",
    entity=entities.SETTINGS,
    emoji="🔔",
    title=_("Notifications"),
    about=_("What happened, and who is told. Press one to change it."),
    none="",
    fields=(),
    titled="kind",
    name=lambda row, _look: _event(row.values["kind"]),
    names=lambda row, _look: (_event(row.values["kind"]),),
    where=lambda _look: {"pk__in": first_rows()},
    order=("pk",),
    opens="ns",
    key=lambda row: str(row.values["kind"]),
    beside=(Link(_("⏰ When we write"), "np"),),
    fill=ensure_rows,
)
SETTINGS = Module(
    code="ns",
    entity=entities.SETTINGS,
    emoji="🔔",
    title=_("Who is told"),
    about=_("✅ is told, ⬜️ is not; ✏️ marks words of your own."),
    none="",
    fields=(
        Field("on", _("Is sent"), Switch(), ("enabled",)),
        Field(
            "peers", _("Tell peers"), Switch(), ("tell_peers",), fits=lambda values: values["role"] == Role.ADMIN
        ),
        Field("ad", _("With an ad"), Switch(), ("with_ad",), fits=lambda values: values["role"] == Role.CLIENT),
        Field("ru", _("Text in Russian"), _OWN, ("text_ru",), none=_("built-in"), hint=_HINT),
        Field("en", _("Text in English"), _OWN, ("text_en",), none=_("built-in"), hint=_HINT),
    ),
    titled="kind",
    name=lambda row, _look: f"{_event(row.values['kind'])}: {_cell(row)}",
    names=lambda row, _look: (_cell(row),),
    label=_label,
    order=("role", "pk"),
    within="kind",
    above="ne",
    of=_event,
    preview=_preview,
)
POLICY = Module(
    code="np",
    entity=entities.POLICY,
    emoji="⏰",
    title=_("When we write"),
    about="",
    none="",
    name=lambda _row, _look: str(_("When we write")),
    fields=(
        Field(
            "remind", _("Reminders"), MinutesList(), ("reminder_minutes",), none=_("none"),
            hint=_("How long before a visit. Clients may switch them off for themselves."),
        ),
        Field(
            "review", _("Ask for a review"), Minutes(offered=(60, 120, 1440)), ("review_after_minutes",),
            none=_("never"), hint=_("How long after the visit."),
        ),
        Field(
            "quiet", _("Quiet hours"), Hours(), ("quiet_from", "quiet_until"), none=_("none"),
            hint=_("Reminders and the like wait until they are over."),
        ),
        Field("news", _("News wait, too"), Switch(), ("quiet_news",)),
        Field(
            "keep", _("Keep messages"), Number(offered=(30, 90, 365), days=True), ("keep_days",),
            hint=_("How long sent messages are kept, in days."),
        ),
    ),
    above="ne",
    of=_event,
    single=1,
    fill=ensure_policy,
)  # fmt: skip
