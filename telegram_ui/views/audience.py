"""Whom a campaign is for, in words."""

from html import unescape

from django.utils.translation import gettext as _, ngettext

from notifications.campaigns.audience import Audience
from notifications.campaigns.read_models import AudienceCount
from telegram_ui.editor.audience import BY_CODE, narrowed, value_of
from telegram_ui.editor.look import Look
from telegram_ui.editor.module import Field
from telegram_ui.views.format import bold

#: Names of a list that are told; more of them are counted.
_NAMED = 3


def people(count: int) -> str:
    return ngettext("%(count)d person", "%(count)d people", count) % {"count": count}


def reaches(count: AudienceCount) -> str:
    return _("Reaches now: %(people)s") % {"people": people(count.total)}


def value(asked: Audience, field: Field, look: Look) -> str:
    """In one line; of a long list the beginning."""
    found = value_of(asked, field)
    if found in (None, []):
        return str(field.none)
    if isinstance(found, list) and len(found) > _NAMED:
        return f"{field.kind.show(found[:_NAMED], look)} +{len(found) - _NAMED}"
    return field.kind.show(found, look)


def plain_value(asked: Audience, field: Field, look: Look) -> str:
    """The same for a button."""
    return unescape(value(asked, field, look))


def told(asked: Audience, look: Look) -> str:
    """All of it in one line."""
    conditions = [f"{str(field.label).lower()}: {value(asked, field, look)}" for field in narrowed(asked)]
    if not conditions and list(asked.roles) == ["client"]:
        return _("all clients")
    return " · ".join([value(asked, BY_CODE["role"], look), *conditions])


def ask(head: str, asked: Audience, count: AudienceCount, look: Look) -> str:
    """``head``: the campaign's."""
    return f"{head}\n\n👥 {told(asked, look)}\n{reaches(count)}\n\n" + _("To whom? Press what is to be changed.")


def ask_condition(head: str, field: Field, asked: Audience, count: AudienceCount, look: Look) -> str:
    hint = f"\n{field.hint}" if field.hint else ""
    now = f"{bold(str(field.label))}: {value(asked, field, look)}"
    return f"{head}\n\n{now}{hint}\n{reaches(count)}\n\n{field.kind.ask(look)}"
