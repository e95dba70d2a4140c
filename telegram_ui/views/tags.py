"""Tags of a client, as admins read them."""

from collections.abc import Sequence
from html import escape

from django.utils.translation import gettext as _

from bookings.read_models import ClientTags, TagCard
from telegram_ui.views.format import bold

#: Tags that are named in a line; more of them are counted.
_NAMED = 12


def line(tags: Sequence[TagCard]) -> str:
    more = f" +{len(tags) - _NAMED}" if len(tags) > _NAMED else ""
    return "🏷 " + ", ".join(escape(tag.name, quote=False) for tag in tags[:_NAMED]) + more


def choose(found: ClientTags) -> str:
    head = bold(_("Tags of %(name)s") % {"name": escape(found.client.name, quote=False)})
    now = line(found.has) if found.has else _("No tags yet.")
    ask = _("Press a tag to give it or take it away, or type one: a new word makes a new tag.")
    return f"{head}\n\n{now}\n\n{ask} " + _("The client never sees them.")


def tag_gone() -> str:
    return _("This tag is gone.")
