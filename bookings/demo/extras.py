"""What surrounds the demo's bookings: promotions, reviews with answers, tags of clients, and who waits for a time."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from i18nfield.strings import LazyI18nString

from booking_site.lib import clock
from bookings.actor import Actor
from bookings.demo.business import Business
from bookings.enums import BookingStatus, DiscountKind, Door, Language, PartOfDay, Role
from bookings.models import Booking, FreedTime, Promotion, WaitlistEntry
from bookings.read_models import ItemRequest
from bookings.services.reviews import hide_review, leave_review, reply_to_review
from bookings.services.tags import tag_client_as
from bookings.services.waitlist import join_waitlist

#: Of the visits that took place, so many are reviewed.
REVIEWED = 0.6

_PRAISE = {
    Language.RU: (
        (5, "Всё отлично, спасибо! Приду ещё."),
        (5, "Очень внимательно и аккуратно."),
        (5, ""),
        (4, "Хорошо, но пришлось подождать минут пять."),
        (5, "Лучший мастер в городе."),
        (4, ""),
        (3, "Нормально, ожидала немного другого."),
    ),
    Language.EN: (
        (5, "Lovely, thank you!"),
        (4, "Good work, the room was a little cold."),
        (5, ""),
    ),
}
_COMPLAINT = "Мастер опоздал на двадцать минут, и никто не извинился."
_REPLY = "Простите, пожалуйста! Мы поговорили с мастером, следующий визит за наш счёт."
_SPAM = "Дешёвые подписчики, пишите в личку!!!"
_REGULAR, _STUDENT = "Постоянный клиент", "Студент"
_OLDEST_FIRST = "starts_at", "pk"


@dataclass
class Extras:
    """Deterministic for a seed and the bookings that are there; its dice are its own."""

    business: Business
    now: datetime
    random: Random

    def add(self) -> None:
        self._promotions()
        self._reviews()
        self._tags()
        self._waitlist()

    def _promotions(self) -> None:
        today = self.now.date()
        Promotion.objects.create(
            code="WELCOME",
            name=LazyI18nString({"ru": "Скидка один раз каждому", "en": "A discount once for everybody"}),
            kind=DiscountKind.PERCENT,
            value=Decimal(15),
            client_limit=1,
        )
        nails = Promotion.objects.create(
            code="ЛЕТО",
            name=LazyI18nString({"ru": "Маникюр дешевле", "en": "Nails for less"}),
            kind=DiscountKind.AMOUNT,
            value=Decimal(300),
            valid_from=today - timedelta(days=10),
            valid_to=today + timedelta(days=30),
            usage_limit=100,
            min_price=Decimal(1500),
        )
        nails.services.set([self.business.services["manicure"]])

    def _reviews(self) -> None:
        done = list(
            Booking.objects.filter(status=BookingStatus.DONE).select_related("client").order_by(*_OLDEST_FIRST)
        )
        for booking in done:
            if self.random.random() < REVIEWED:
                rating, text = self.random.choice(_PRAISE[Language(booking.client.language)])
                self._review(booking, rating, text)
        silent = [booking for booking in done if not hasattr(booking, "review")]
        if silent:
            complaint = self._review(silent[0], 2, _COMPLAINT)
            with clock.pretending(min(silent[0].ends_at + timedelta(hours=24), self.now)):
                reply_to_review(actor=self._admin(), review_id=complaint, reply=_REPLY)
        if len(silent) > 1:
            hide_review(actor=self._admin(), review_id=self._review(silent[-1], 1, _SPAM))

    def _review(self, booking: Booking, rating: int, text: str) -> int:
        with clock.pretending(min(booking.ends_at + timedelta(hours=self.random.randint(2, 20)), self.now)):
            client = Actor(role=Role.CLIENT, door=Door.BOT, user_id=booking.client_id)
            return leave_review(actor=client, booking_id=booking.pk, rating=rating, text=text).id

    def _tags(self) -> None:
        anna, james = self.business.telegram_clients
        regulars = (anna, *self.business.walk_ins[:4])
        for name, clients in (("VIP", (james,)), (_REGULAR, regulars), (_STUDENT, self.business.walk_ins[4:6])):
            for client in clients:
                tag_client_as(actor=self._admin(), client_id=client.pk, name=name)

    def _waitlist(self) -> None:
        """Guests of the salon itself: nobody's chat is written to because the demo was set up."""
        today = self.now.date()
        maria, moscow = self.business.specialists[0]
        alina, yekaterinburg = self.business.specialists[4]
        wishes = (
            (3, moscow, ItemRequest(self.business.services["haircut_women"].pk, maria.pk), PartOfDay.EVENING),
            (7, moscow, ItemRequest(self.business.services["yoga"].pk), PartOfDay.ANY),
            (9, yekaterinburg, ItemRequest(self.business.services["manicure"].pk, alina.pk), PartOfDay.MORNING),
        )
        for number, location, item, part in wishes:
            join_waitlist(
                actor=self._admin(),
                client_id=self.business.walk_ins[number].pk,
                location_id=location.pk,
                items=[item],
                date_from=today + timedelta(days=1),
                date_to=today + timedelta(days=6),
                part_of_day=part,
            )
        # They wait for what others give back from now on, not for what the demo has free anyway.
        WaitlistEntry.objects.update(looked_through=True)
        FreedTime.objects.all().delete()

    def _admin(self) -> Actor:
        return Actor(role=Role.ADMIN, door=Door.ADMIN, user_id=self.business.admin.pk)
