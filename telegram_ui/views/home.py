"""Welcome, the main menu, what we are, and small things said in passing."""

from datetime import date
from html import escape

from django.utils.translation import gettext as _

from bookings.read_models import BookingCard, CompanyCard, LocationCard, UserCard
from telegram_ui.views.format import bold, capital, full_moment, plain, safe


def welcome(company: CompanyCard, first_name: str) -> str:
    name = safe(company.name)
    hello = _("Hello, %(name)s! 👋") % {"name": escape(first_name, quote=False)} if first_name else _("Hello! 👋")
    place = (
        _("<b>%(company)s</b>: book a visit in a few taps, move it or cancel it whenever you like.")
        % {"company": name}
        if name
        else _("Here you can book a visit in a few taps, move it or cancel it.")
    )
    return f"{hello}\n{place}"


def next_visit(booking: BookingCard, today: date) -> str:
    first = booking.items[0]
    return "{head}\n<b>{when}</b>\n{what} · {who}".format(
        head=_("Your next visit:"),
        when=capital(full_moment(booking.starts_at, booking.location.zone, today)),
        what=", ".join(safe(item.service_name) for item in booking.items),
        who=safe(first.specialist_name),
    )


def home(company: CompanyCard, upcoming: BookingCard | None, today: date) -> str:
    title = f"<b>{safe(company.name)}</b>" if plain(company.name) else ""
    body = next_visit(upcoming, today) if upcoming else _("What would you like to do?")
    return f"{title}\n\n{body}" if title else body


def about(company: CompanyCard, locations: tuple[LocationCard, ...]) -> str:
    parts = [f"<b>{safe(company.name)}</b>" if plain(company.name) else _("About us")]
    if plain(company.about):
        parts.append(safe(company.about))
    for location in locations:
        lines = [f"📍 <b>{safe(location.name)}</b>"]
        lines += [safe(text) for text in (location.address, location.phone) if plain(text)]
        parts.append("\n".join(lines))
    if company.phone and company.phone not in {location.phone for location in locations}:
        parts.append(f"☎️ {escape(company.phone, quote=False)}")
    return "\n\n".join(parts)


def profile(user: UserCard) -> str:
    return "\n".join(
        [
            bold(_("My profile")),
            "",
            _("Name: %(name)s") % {"name": escape(user.name, quote=False) or "–"},
            _("Phone: %(phone)s") % {"phone": escape(user.phone, quote=False) or _("not given")},
            _("Language: %(language)s") % {"language": LANGUAGE_NAMES.get(user.language, user.language)},
        ]
    )


def menu_is_below() -> str:
    return _("The menu is always at hand 👇")


#: Each language in its own words, so that nobody is locked into one they cannot read.
LANGUAGE_NAMES = {"ru": "Русский", "en": "English"}


def choose_language() -> str:
    return _("Which language shall we speak?")


def language_changed() -> str:
    return _("We speak English now.")


def ask_name() -> str:
    return _("What shall we call you? Type your name.")


def ask_phone() -> str:
    return _("Press the button below to share your number, or type it: +44 20 7946 0958.")


def phone_saved() -> str:
    return _("Thank you, the number is saved.")


def name_saved() -> str:
    return _("Nice to meet you, the name is saved.")


def as_you_were() -> str:
    return _("All right, nothing was changed.")


def foreign_contact() -> str:
    return _("That is somebody else's contact. Please share your own number or type it.")


def foreign_contact_left() -> str:
    return _("That is somebody else's contact, so it was not saved.")


def help_text(*, is_staff: bool, title: str = "") -> str:
    lines = [
        title or bold(_("What I can do")),
        "",
        _("/book – book a visit"),
        _("/bookings – my visits: move or cancel"),
        _("/profile – name, phone, language"),
        _("/about – address and phone"),
        _("/menu – main menu"),
    ]
    if is_staff:
        lines += [
            "",
            _("/today – visits of today"),
            _("/tomorrow – visits of tomorrow"),
            _("/week – the week ahead"),
            _("/figures – how you are doing"),
        ]
    return "\n".join(lines)


def unknown_text() -> str:
    return _("Sorry, I did not understand that. Here is what I can do:")


def press_a_button() -> str:
    return _("Sorry, I did not understand that. Please press a button below.")


def unknown_command() -> str:
    return _("I do not know this command. Here is what I can do:")


def only_text() -> str:
    return _("I only understand text and buttons here.")


def outdated() -> str:
    return _("This button is out of date. Here is how things are now.")


def see_you() -> str:
    return _("Great, see you!")


def said_coming() -> str:
    return _("You said that you are coming.")


def in_group() -> str:
    return _("I take bookings in a private chat: write to me there.")


def link_of_another() -> str:
    return _("This link is to a visit that is not yours, or is no more.")


def link_is_dead() -> str:
    return _("This link no longer leads anywhere. Here is what can be booked:")
