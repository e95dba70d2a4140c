"""Reviews as everybody reads them; hidden ones are for admins and for who wrote them."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Avg, Count, Q

from bookings import policies
from bookings.actor import Actor
from bookings.cards import review_card
from bookings.exceptions import NotFound
from bookings.models import Booking, Review, Specialist
from bookings.policies import Action, Task, require_task
from bookings.read_models import ReviewCard

#: Reviews of one answer at most.
PAGE = 100


@dataclass(frozen=True, slots=True)
class Rating:
    average: Decimal
    count: int


def list_reviews(
    *, actor: Actor, specialist_id: int | None = None, limit: int = 20, offset: int = 0
) -> tuple[ReviewCard, ...]:
    """Latest first, of one specialist or of all; hidden ones only for admins. At most PAGE at a time."""
    reviews = Review.objects.with_details().order_by("-id")
    if not actor.is_admin:
        reviews = reviews.filter(is_hidden=False)
    if specialist_id is not None:
        reviews = reviews.filter(specialists=specialist_id)
    return tuple(review_card(review) for review in reviews[offset : offset + min(limit, PAGE)])


def get_review(*, actor: Actor, review_id: int) -> ReviewCard:
    """For admins, hidden ones too. Raises NotAllowed, NotFound."""
    require_task(actor, Task.MODERATE)
    review = Review.objects.with_details().filter(pk=review_id).first()
    if review is None:
        raise NotFound("review")
    return review_card(review)


def review_of(*, actor: Actor, booking_id: int) -> ReviewCard | None:
    """The review of that visit, if there is one. Raises NotFound for a booking that is none of the actor's business."""
    booking = Booking.objects.prefetch_related("items").filter(pk=booking_id).first()
    if booking is None:
        raise NotFound("booking")
    specialist_ids = {item.specialist_id for item in booking.items.all()}
    policies.require(actor, Action.VIEW, client_id=booking.client_id, specialist_ids=specialist_ids)
    review = Review.objects.with_details().filter(booking=booking_id).first()
    return review_card(review) if review is not None else None


def ratings(specialist_ids: Collection[int]) -> dict[int, Rating]:
    """Of those specialists who have any, from the reviews that are shown. One query."""
    shown = Q(reviews__is_hidden=False)
    rows = (
        Specialist.objects.filter(shown, pk__in=specialist_ids)
        .order_by()
        .annotate(average=Avg("reviews__rating", filter=shown), count=Count("reviews", filter=shown))
        .values_list("pk", "average", "count")
    )
    return {who: Rating(Decimal(str(average)).quantize(Decimal("0.01")), count) for who, average, count in rows}
