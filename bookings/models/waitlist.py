"""Who waits for a time, what became free, and what was offered to whom."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from booking_site.lib import clock
from bookings.enums import ON_WAITLIST, OfferState, PartOfDay, WaitlistState
from bookings.models.booking import Booking
from bookings.models.catalog import Service
from bookings.models.location import Location
from bookings.models.staff import Specialist


class WaitlistQuerySet(models.QuerySet["WaitlistEntry"]):
    def on_list(self) -> "WaitlistQuerySet":
        """Those who still want a time."""
        return self.filter(state__in=ON_WAITLIST)

    def with_details(self) -> "WaitlistQuerySet":
        """Everything a card shows, in four queries."""
        return self.select_related("location", "client").prefetch_related(
            "items__service", "items__specialist", "offers"
        )


class WaitlistEntry(models.Model):
    """A client's wish for a visit on dates of the location; who came first has the lower ``id``."""

    client = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="waitlist_entries", verbose_name=_("client")
    )
    location = models.ForeignKey(
        Location, models.PROTECT, related_name="waitlist_entries", verbose_name=_("location")
    )
    date_from = models.DateField(_("from date"))
    date_to = models.DateField(_("to date, inclusive"))
    part_of_day = models.CharField(
        _("part of the day"), max_length=7, choices=PartOfDay.choices, default=PartOfDay.ANY
    )
    state = models.CharField(
        _("state"), max_length=7, choices=WaitlistState.choices, default=WaitlistState.WAITING
    )
    #: Whether what is free anyway was looked through for it, once, after it was written.
    looked_through = models.BooleanField(default=False, editable=False)
    booking = models.ForeignKey(
        Booking, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("booking")
    )
    created_at = models.DateTimeField(_("created at"), default=clock.now, editable=False)

    objects = WaitlistQuerySet.as_manager()

    class Meta:
        verbose_name = _("waitlist entry")
        verbose_name_plural = _("waitlist")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(date_to__gte=F("date_from")), name="waitlist_date_order"),
        ]
        indexes = [
            models.Index(
                fields=["location", "id"], condition=Q(state__in=list(ON_WAITLIST)), name="waitlist_in_line"
            ),
            models.Index(fields=["client", "id"], name="waitlist_client"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"


class WaitlistItem(models.Model):
    """One service of the wish; without a specialist, any."""

    entry = models.ForeignKey(WaitlistEntry, models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    service = models.ForeignKey(Service, models.PROTECT, related_name="+", verbose_name=_("service"))
    specialist = models.ForeignKey(
        Specialist, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("specialist")
    )

    class Meta:
        verbose_name = _("wished service")
        verbose_name_plural = _("wished services")
        ordering = ["entry", "position"]
        constraints = [models.UniqueConstraint(fields=["entry", "position"], name="waitlist_item_position_once")]

    def __str__(self) -> str:
        return str(self.service)


class FreedTime(models.Model):
    """Time that became free and has not been offered to everybody who might want it: written with what frees it.

    Without a specialist, anybody's time at the location. The row goes when nobody is left to offer it to.
    """

    location = models.ForeignKey(Location, models.CASCADE, related_name="+")
    specialist = models.ForeignKey(Specialist, models.CASCADE, null=True, blank=True, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        verbose_name = _("freed time")
        verbose_name_plural = _("freed times")
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="freed_time_order")]

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M}–{self.ends_at:%H:%M}"


class WaitlistReach(models.Model):
    """Up to which date a location was within the horizon when it was last asked: every day there is one more."""

    location = models.OneToOneField(Location, models.CASCADE, primary_key=True, related_name="+")
    until = models.DateField()

    class Meta:
        verbose_name = _("reach of the waitlist")
        verbose_name_plural = _("reaches of the waitlist")

    def __str__(self) -> str:
        return f"{self.until}"


class WaitlistOffer(models.Model):
    """A time that is offered to an entry until ``expires_at``. It holds nothing: see docs/decisions/."""

    entry = models.ForeignKey(WaitlistEntry, models.CASCADE, related_name="offers", verbose_name=_("entry"))
    #: What it came from; empty for what was free when the entry was written, and once that is dealt with.
    freed = models.ForeignKey(FreedTime, models.SET_NULL, null=True, blank=True, related_name="offers")
    #: Who would give the first service, where that is settled.
    specialist = models.ForeignKey(
        Specialist, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("specialist")
    )
    starts_at = models.DateTimeField(_("starts at"))
    ends_at = models.DateTimeField(_("ends at"))
    expires_at = models.DateTimeField(_("stands until"))
    state = models.CharField(_("state"), max_length=9, choices=OfferState.choices, default=OfferState.OPEN)
    created_at = models.DateTimeField(_("created at"), default=clock.now, editable=False)

    class Meta:
        verbose_name = _("waitlist offer")
        verbose_name_plural = _("waitlist offers")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["entry"], condition=Q(state=OfferState.OPEN), name="waitlist_one_open_offer"
            ),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="waitlist_offer_order"),
        ]
        indexes = [
            models.Index(fields=["expires_at"], condition=Q(state=OfferState.OPEN), name="waitlist_offer_open"),
        ]

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M}"
