"""How the bot presents itself in Telegram: commands by role, the description of an empty chat, the line of its profile."""

from django.conf import settings
from django.utils.translation import gettext as _, override

from bookings.enums import Role


def languages() -> tuple[str, ...]:
    return tuple(code for code, _name in settings.LANGUAGES)


def commands(*, language: str, role: str) -> tuple[tuple[str, str], ...]:
    """Command (without the slash) and description, in the order in which Telegram lists them."""
    with override(language):
        everybody = (
            ("book", _("Book a visit")),
            ("bookings", _("My visits: move or cancel")),
            ("profile", _("Name, phone, language")),
            ("about", _("Address and phone")),
            ("menu", _("Main menu")),
        )
        staff = (
            ("today", _("Visits of today")),
            ("tomorrow", _("Visits of tomorrow")),
            ("week", _("The week ahead")),
        )
        own = (("figures", _("How you are doing")),) if role == Role.SPECIALIST else ()
        return staff + own + everybody if role in (Role.ADMIN, Role.SPECIALIST) else everybody


def description(*, language: str) -> str:
    """Shown in a chat that is still empty; at most 512 characters."""
    with override(language):
        return _(
            "Choose a service and a time, and the visit is booked. Move it or cancel it here whenever you like."
        )


def short_description(*, language: str) -> str:
    """Shown in the bot's profile; at most 120 characters."""
    with override(language):
        return _("Booking in a few taps, reminders included.")
