"""Whom a campaign is for: each condition of its audience is a field, as those of rows are, of the editor's kinds."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from bookings.enums import Language, Role
from bookings.services.resources.reading import Bounds
from notifications.campaigns.audience import MOST_DAYS, Audience
from telegram_ui.editor.kinds import Many, NotUnderstood, Number, OneOf, SeveralOf
from telegram_ui.editor.look import Look
from telegram_ui.editor.module import Field

#: What numbers of days are held to.
DAYS = Bounds(low=1, high=MOST_DAYS)


def _roles() -> dict[Any, str]:
    return {
        Role.CLIENT.value: str(_("clients")),
        Role.SPECIALIST.value: str(_("specialists")),
        Role.ADMIN.value: str(_("admins")),
    }


def _languages() -> dict[Any, str]:
    return {Language.RU.value: str(_("Russian")), Language.EN.value: str(_("English"))}


def _browsers() -> dict[Any, str]:
    return {True: str(_("allowed")), False: str(_("not allowed"))}


FIELDS: Sequence[Field] = (
    Field("role", _("Who"), SeveralOf(words=_roles), ("roles",)),
    Field("lang", _("Language"), SeveralOf(words=_languages), ("languages",), none=_("any")),
    Field(
        "came", _("Came within"), Number(offered=(30, 90, 180, 365), days=True), ("visited_within_days",),
        none=_("does not matter"), hint=_("Who had a visit not longer ago than this, in days."),
    ),
    Field(
        "away", _("Away for"), Number(offered=(30, 60, 90, 180), days=True), ("not_visited_for_days",),
        none=_("does not matter"), hint=_("Who had no visit for at least this long, in days, or never came."),
    ),
    Field("place", _("Was at"), Many(to="lo"), ("location_ids",), none=_("any place")),
    Field("service", _("Had"), Many(to="sv"), ("service_ids",), none=_("anything")),
    Field("tag", _("Has a tag"), Many(to="tg"), ("tag_ids",), none=_("does not matter"), hint=_("Any of those you tick will do.")),
    Field(
        "push", _("Browser news"), OneOf(words=_browsers), ("has_push",), none=_("does not matter"),
        hint=_("Whether they let a browser show notifications."),
    ),
)  # fmt: skip
BY_CODE = {field.code: field for field in FIELDS}


#: Modules whose names the conditions are told with.
TARGETS = tuple(dict.fromkeys(to for field in FIELDS for to in field.kind.tos))


def value_of(asked: Audience, field: Field) -> Any:
    value = field.of(asdict(asked))
    return list(value) if isinstance(value, tuple) else value


def with_value(asked: Audience, field: Field, value: Any) -> Audience:
    """Raises NotUnderstood where nobody at all would be asked for."""
    if not field.none and not value:
        raise NotUnderstood(str(_("Choose at least one.")))
    return replace(asked, **field.put(tuple(value) if isinstance(value, list) else value))


def shown(asked: Audience, look: Look) -> list[Field]:
    """The conditions that make a difference here: places where there are several, tags where there are any."""
    idle = set()
    if len(look.options.get("lo", {})) <= 1 and not asked.location_ids:
        idle.add("place")
    if not look.options.get("tg") and not asked.tag_ids:
        idle.add("tag")
    return [field for field in FIELDS if field.code not in idle]


def narrowed(asked: Audience) -> list[Field]:
    """Those that ask for something besides the role."""
    return [field for field in FIELDS if field.none and value_of(asked, field) not in (None, [])]
