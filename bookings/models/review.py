"""What clients say about their visits."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from booking_site.lib import clock
from bookings.models.booking import Booking
from bookings.models.staff import Specialist

TEXT_LIMIT = 2000


class ReviewQuerySet(models.QuerySet["Review"]):
    def with_details(self) -> "ReviewQuerySet":
        """Everything a card shows."""
        return self.select_related("client", "booking__location").prefetch_related("specialists")


class Review(models.Model):
    """Of a visit that took place, once. ``specialists`` are those who gave it; a hidden review counts for nobody."""

    booking = models.OneToOneField(Booking, models.CASCADE, related_name="review", verbose_name=_("booking"))
    client = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="reviews", verbose_name=_("client")
    )
    specialists = models.ManyToManyField(Specialist, related_name="reviews", verbose_name=_("specialists"))
    rating = models.PositiveSmallIntegerField(_("rating"), validators=[MinValueValidator(1), MaxValueValidator(5)])
    text = models.TextField(_("text"), blank=True, max_length=TEXT_LIMIT)
    reply = models.TextField(_("reply"), blank=True, max_length=TEXT_LIMIT)
    is_hidden = models.BooleanField(_("hidden"), default=False)
    created_at = models.DateTimeField(_("written at"), default=clock.now, editable=False)
    replied_at = models.DateTimeField(_("replied at"), null=True, blank=True, editable=False)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        ordering = ["-id"]
        constraints = [models.CheckConstraint(condition=models.Q(rating__range=(1, 5)), name="review_rating")]

    def __str__(self) -> str:
        return f"{self.rating} · #{self.booking_id}"
