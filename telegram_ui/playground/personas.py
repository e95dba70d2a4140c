"""The people of the demo business, as accounts that have started the bot."""

from bookings.demo.people import EVERYBODY
from telegram_ui.playground.world import Person


def demo_personas() -> tuple[Person, ...]:
    """Clients, specialists and the admin of the demo data."""
    return tuple(
        Person(p.tg_id, p.first_name, p.last_name, p.username, p.language.value, role=p.role.value)
        for p in EVERYBODY
    )
