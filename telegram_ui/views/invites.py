"""Invitations to the team, as admins read them and as who joins does."""

from collections.abc import Sequence
from datetime import date
from html import escape

from django.utils.translation import gettext as _

from bookings.enums import InviteState
from bookings.read_models import InviteCard, Joined, Text
from telegram_ui.views.format import bold, capital, moment_inside, plain, safe


def into(specialist_name: Text | None) -> str:
    """What one joins as."""
    if specialist_name is None:
        return _("an admin")
    return _("a specialist: %(name)s") % {"name": safe(specialist_name)}


def page(cards: Sequence[InviteCard], zone: str, today: date) -> str:
    about = _("Whoever opens a link first joins the team by it; each link lets one person in, within a week.")
    head = bold(_("Invitations"))
    if not cards:
        return f"{head}\n\n{about}"
    lines = [
        _("Not used yet:"),
        *(f"{number}. {_until(card, zone, today)}" for number, card in enumerate(cards, start=1)),
    ]
    return f"{head}\n\n{about}\n\n" + "\n".join(lines)


def _until(card: InviteCard, zone: str, today: date) -> str:
    return _("%(who)s · until: %(when)s") % {
        "who": capital(into(card.specialist_name)),
        "when": moment_inside(card.expires_at, zone, today),
    }


def card(invite: InviteCard, zone: str, today: date) -> str:
    states = {
        InviteState.OPEN: _("⏳ not used yet"),
        InviteState.USED: _("✅ used: %(name)s") % {"name": escape(invite.used_by_name, quote=False)},
        InviteState.REVOKED: _("✖️ taken back"),
        InviteState.EXPIRED: _("⌛ expired"),
    }
    made = _("Made by: %(name)s") % {"name": escape(invite.created_by_name, quote=False)}
    lines = [bold(_("Invitation")), "", _until(invite, zone, today)]
    if invite.created_by_name:
        lines.append(made)
    return "\n".join([*lines, "", states[invite.state]])


def choose_specialist(*, found: bool) -> str:
    head = bold(_("Whose calendar will the person run?"))
    if found:
        return head
    return f"{head}\n\n" + _("Every specialist is in the bot already. To invite one more, add them first.")


def ask_admin() -> str:
    return bold(_("Invite an admin?")) + "\n\n" + _("An admin sees and changes everything here.")


def made(invite: InviteCard, link: str, zone: str, today: date) -> str:
    """The one message that has the link."""
    return "\n\n".join(
        [
            bold(_("The invitation is ready 🔑")),
            _until(invite, zone, today),
            escape(link),
            _("Send the link to one person only: the first to open it is in. It is shown this once."),
        ]
    )


def share_text(company: Text) -> str:
    """What goes with the link when it is handed on; plain."""
    return _("You are invited to the team: %(company)s. Open the link and press Start.") % {
        "company": plain(company)
    }


def revoked() -> str:
    return _("The link leads nowhere now.")


def joined(found: Joined) -> str:
    """Over the menu of who has just opened the link."""
    if found.already:
        return _("You are in the team already: %(who)s.") % {"who": into(found.specialist_name)}
    return _("Welcome to the team 🎉 You are %(who)s now.") % {"who": into(found.specialist_name)}
