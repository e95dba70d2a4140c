"""The people of the demo business, as accounts that have started the bot."""

from importlib import import_module
from importlib.util import find_spec

from telegram_ui.playground.world import Person


def demo_personas() -> tuple[Person, ...]:
    """Clients, specialists and the admin of the demo data."""
    if find_spec("bookings.demo") is None or find_spec("bookings.demo.people") is None:
        return (
            Person(1001, "Анна", "Смирнова", "anna_demo", "ru", role="client"),
            Person(1002, "James", "Carter", "james_demo", "en", role="client"),
            Person(2001, "Мария", "Иванова", "maria_demo", "ru", role="specialist"),
            Person(3001, "Ольга", "Администратор", "olga_demo", "ru", role="admin"),
        )
    people = import_module("bookings.demo.people")
    everybody = [*people.CLIENTS, *people.SPECIALISTS, people.ADMIN]
    return tuple(
        Person(p.tg_id, p.first_name, p.last_name, p.username, p.language, role=str(p.role)) for p in everybody
    )
