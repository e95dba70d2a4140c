"""What one wants to be told, and what is stored about one."""

from html import escape

from django.utils.translation import gettext as _

from bookings.read_models import UserCard
from notifications.read_models import Wishes
from telegram_ui.views.format import bold
from telegram_ui.views.home import LANGUAGE_NAMES


def wishes(now: Wishes) -> str:
    on, off = _("on"), _("off")
    return "\n".join(
        [
            bold(_("What we write to you")),
            "",
            _("Reminders of visits: %(state)s") % {"state": on if now.reminders else off},
            _("News, review requests and offers: %(state)s") % {"state": on if now.invitations else off},
            _("Quiet hours: %(hours)s") % {"hours": hours(now)},
            "",
            _("What concerns your own visits (moved, cancelled) always reaches you."),
        ]
    )


def hours(now: Wishes) -> str:
    if now.quiet_from is None or now.quiet_until is None:
        return _("as usual here")
    return f"{now.quiet_from:%H:%M}–{now.quiet_until:%H:%M}"


def ask_quiet() -> str:
    return _("When shall we be quiet? Choose, or type it: 22:00-8:00.")


def not_hours() -> str:
    return _("I did not understand these hours. Type them like this: 22:00-8:00.")


def saved() -> str:
    return _("Saved.")


def my_data(user: UserCard, visits: int, waiting: int, notes: int, tags: int) -> str:
    lines = [
        bold(_("What is stored about you")),
        "",
        _("Name: %(name)s") % {"name": escape(user.name, quote=False) or "–"},
        _("Phone: %(phone)s") % {"phone": escape(user.phone, quote=False) or _("not given")},
        _("Language: %(language)s") % {"language": LANGUAGE_NAMES.get(user.language, user.language)},
        _("Telegram: %(account)s") % {"account": _account(user)},
        _("Visits, with comments and reviews: %(count)d") % {"count": visits},
        _("Places on the waitlist: %(count)d") % {"count": waiting},
        _("Notes of our team: %(count)d") % {"count": notes},
        _("Tags our team sorts you by: %(count)d") % {"count": tags},
        "",
        _("Besides that, the messages we have sent you, for a limited time."),
    ]
    return "\n".join(lines)


def _account(user: UserCard) -> str:
    name = f" (@{escape(user.tg_username, quote=False)})" if user.tg_username else ""
    return f"{user.tg_id}{name}"


def ask_forget() -> str:
    return "{head}\n\n{text}".format(
        head=bold(_("Delete everything about you?")),
        text=_(
            "Your name, phone, Telegram account, comments, reviews, our notes on you and your tags are deleted for good. "
            "Your visits stay in our books without your name. This can't be undone."
        ),
    )


def cancel_first() -> str:
    return _("You have visits ahead. Please cancel them first.")


def forgotten() -> str:
    return _("Everything about you is deleted. If you write to me again, we start anew.")


def only_clients() -> str:
    return _("You belong to the team: ask an admin to delete your account.")
