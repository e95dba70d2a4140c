"""Two weeks of the demo business's bookings, made through the services at the instants they pretend to be from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from booking_site.lib import clock
from bookings.actor import Actor
from bookings.demo.business import Business
from bookings.enums import Door, Role
from bookings.exceptions import SlotTaken
from bookings.models import Company, Location, Service, Specialist, User
from bookings.read_models import BookingCard, ItemRequest, Slot
from bookings.services.cancel_booking import cancel_booking
from bookings.services.complete_booking import complete_booking, mark_no_show
from bookings.services.create_booking import create_booking
from bookings.slots.search import day_slots

DAYS_BACK, DAYS_AHEAD = 7, 7

COMMENTS = ("", "", "", "", "Буду с ребёнком", "Можно потише музыку?", "Первый раз у вас", "Window seat, please")
REASONS = ("Заболел ребёнок", "Срочная командировка", "Не успеваю", "Перенесу на другую неделю")


#: Shares of visits that end so; the rest take place.
CALLED_OFF, NOT_COME = 0.1, 0.07


@dataclass(frozen=True, slots=True)
class Wish:
    specialist: Specialist
    location: Location
    service: Service

    @property
    def items(self) -> list[ItemRequest]:
        return [ItemRequest(self.service.pk, self.specialist.pk)]


@dataclass
class Diary:
    """Fills the calendar day by day. Deterministic for a seed, a start of today and a catalogue."""

    business: Business
    now: datetime
    random: Random

    def fill(self) -> int:
        """Write the bookings; returns how many."""
        made = self._telegram_clients()
        for specialist, location in self.business.specialists:
            for offset in range(-DAYS_BACK, DAYS_AHEAD + 1):
                made += self._day(specialist, location, self._today(location) + timedelta(days=offset))
        return made + self._waiting_for_confirmation()

    def _today(self, location: Location) -> date:
        return self.now.astimezone(location.zone).date()

    def _telegram_clients(self) -> int:
        """Each of the Telegram clients has been here before, and has something ahead."""
        anna, james = self.business.telegram_clients
        maria, moscow = self.business.specialists[0]
        irina, _moscow = self.business.specialists[3]
        today = self._today(moscow)
        wishes = (
            (anna, maria, "haircut_women", range(-6, 0)),
            (anna, maria, "styling", range(2, 6)),
            (james, maria, "haircut_men", range(-5, 0)),
            (james, irina, "yoga", range(1, 6)),
        )
        return sum(
            self._book_on_one_of(
                client,
                Wish(specialist, moscow, self.business.services[key]),
                [today + timedelta(days=offset) for offset in offsets],
            )
            for client, specialist, key, offsets in wishes
        )

    def _book_on_one_of(self, client: User, wish: Wish, days: Sequence[date]) -> int:
        for day in days:
            slots = self._slots(wish, day, client)
            if slots:
                card = self._book(client, wish, slots[len(slots) // 2], Door.BOT)
                self._outcome(card, unhappy=False)
                return 1
        return 0

    def _day(self, specialist: Specialist, location: Location, day: date) -> int:
        made = 0
        for _visit in range(self.random.choice((1, 1, 2, 2)) + (day == self._today(location))):
            offered = [offer.service for offer in specialist.offers.select_related("service").order_by("pk")]
            wish = Wish(specialist, location, self.random.choice(offered))
            slots = self._slots(wish, day)
            if not slots:
                continue
            slot = self.random.choice(slots)
            seats = min(self.random.randint(2, 5), slot.seats_left or 1)
            for client in self.random.sample(self.business.walk_ins, seats):
                made += self._visit(client, wish, slot)
        return made

    def _visit(self, client: User, wish: Wish, slot: Slot) -> int:
        try:
            card = self._book(client, wish, slot, self._door())
        except SlotTaken:
            return 0  # the client is elsewhere at that hour
        self._outcome(card, unhappy=True)
        return 1

    def _door(self) -> Door:
        return self.random.choice((Door.ADMIN, Door.ADMIN, Door.API))

    def _slots(self, wish: Wish, day: date, client: User | None = None) -> tuple[Slot, ...]:
        """What was on offer (to ``client``) for ``day`` when it was booked."""
        with clock.pretending(self._booked_at(datetime.combine(day, time(6), wish.location.zone))):
            return day_slots(
                location_id=wish.location.pk, items=wish.items, day=day, client_id=client.pk if client else None
            ).slots

    def _booked_at(self, visit: datetime) -> datetime:
        """When a visit at that instant is booked: some days before, in any case before now."""
        return min(visit, self.now) - timedelta(
            days=self.random.randint(1, 5), minutes=self.random.randint(0, 600)
        )

    def _book(self, client: User, wish: Wish, slot: Slot, door: Door) -> BookingCard:
        by_admin = door is Door.ADMIN
        with clock.pretending(self._booked_at(slot.starts_at)):
            return create_booking(
                actor=self._admin() if by_admin else self._client(client.pk, door),
                client_id=client.pk,
                location_id=wish.location.pk,
                items=wish.items,
                starts_at=slot.starts_at,
                comment="" if by_admin else self.random.choice(COMMENTS),
            )

    def _outcome(self, card: BookingCard, *, unhappy: bool) -> None:
        """What became of it: past visits took place or not, some were called off in time."""
        luck = self.random.random() if unhappy else 1.0
        if luck < CALLED_OFF:
            called_off = min(card.starts_at - timedelta(hours=5), self.now - timedelta(minutes=20))
            with clock.pretending(called_off):
                cancel_booking(
                    actor=self._client(card.client.id, Door.API),
                    booking_id=card.id,
                    reason=self.random.choice(REASONS),
                )
        # What has just ended is left for the completion check to ask about.
        elif card.ends_at < self.now - timedelta(minutes=30):
            close = mark_no_show if luck < CALLED_OFF + NOT_COME else complete_booking
            with clock.pretending(card.ends_at + timedelta(minutes=5)):
                close(actor=self._admin(), booking_id=card.id)

    def _waiting_for_confirmation(self) -> int:
        """Two bookings from before the business confirmed at once, so that an admin has something to agree to."""
        company = Company.objects.current()
        company.auto_confirm = False
        company.save()
        alina, place = self.business.specialists[4]
        maria, moscow = self.business.specialists[0]
        wishes = (
            (self.business.walk_ins[13], Wish(alina, place, self.business.services["manicure"])),
            (self.business.walk_ins[4], Wish(maria, moscow, self.business.services["haircut_men"])),
        )
        made = sum(
            self._book_on_one_of(
                client, wish, [self._today(wish.location) + timedelta(days=n) for n in range(1, DAYS_AHEAD)]
            )
            for client, wish in wishes
        )
        company.auto_confirm = True
        company.save()
        return made

    def _admin(self) -> Actor:
        return Actor(role=Role.ADMIN, door=Door.ADMIN, user_id=self.business.admin.pk)

    def _client(self, client_id: int, door: Door) -> Actor:
        return Actor(role=Role.CLIENT, door=door, user_id=client_id)
