"""The demo's Telegram people. Free of the ORM: the playground opens a pane for each of them."""

from dataclasses import dataclass

from bookings.enums import Language, Role


@dataclass(frozen=True, slots=True)
class DemoPerson:
    tg_id: int
    first_name: str
    last_name: str
    username: str
    language: Language
    role: Role


CLIENTS = (
    DemoPerson(1001, "Анна", "Смирнова", "anna_smirnova", Language.RU, Role.CLIENT),
    DemoPerson(1002, "James", "Carter", "james_carter", Language.EN, Role.CLIENT),
)

#: In the order of ``catalogue.SPECIALISTS``.
SPECIALISTS = (
    DemoPerson(2001, "Мария", "Орлова", "maria_orlova", Language.RU, Role.SPECIALIST),
    DemoPerson(2002, "Тимур", "Алиев", "timur_aliev", Language.RU, Role.SPECIALIST),
    DemoPerson(2003, "Екатерина", "Белова", "katya_belova", Language.RU, Role.SPECIALIST),
    DemoPerson(2004, "Ирина", "Лебедева", "irina_lebedeva", Language.RU, Role.SPECIALIST),
    DemoPerson(2005, "Алина", "Гареева", "alina_gareeva", Language.RU, Role.SPECIALIST),
    DemoPerson(2006, "Ольга", "Ким", "olga_kim", Language.EN, Role.SPECIALIST),
)

ADMIN = DemoPerson(3001, "Ольга", "Администратор", "olga_admin", Language.RU, Role.ADMIN)

EVERYBODY = (*CLIENTS, *SPECIALISTS, ADMIN)
