"""A visit, what it consists of, and its history."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _, pgettext_lazy
from i18nfield.fields import I18nCharField

from booking_site.lib import clock
from bookings.enums import OPEN_STATUSES, BookingStatus, Door, Role
from bookings.models.catalog import Service
from bookings.models.location import Location, Room
from bookings.models.series import BookingSeries
from bookings.models.staff import Specialist


class BookingQuerySet(models.QuerySet["Booking"]):
    def open(self) -> "BookingQuerySet":
        """Bookings that hold their time."""
        return self.filter(status__in=OPEN_STATUSES)

    def with_details(self) -> "BookingQuerySet":
        """Everything a card shows, in two queries."""
        return self.select_related("location", "client").prefetch_related("items")


class Booking(models.Model):
    """``starts_at``–``ends_at`` is what the client sees, without buffers. ``version`` grows with every change."""

    location = models.ForeignKey(Location, models.PROTECT, related_name="bookings", verbose_name=_("location"))
    client = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="bookings", verbose_name=_("client")
    )
    status = models.CharField(
        _("status"), max_length=10, choices=BookingStatus.choices, default=BookingStatus.PENDING
    )
    starts_at = models.DateTimeField(_("starts at"))
    ends_at = models.DateTimeField(_("ends at"))
    #: What the client pays: the discount is already taken off.
    price = models.DecimalField(_("price"), max_digits=10, decimal_places=2, default=0)
    discount = models.DecimalField(_("discount"), max_digits=10, decimal_places=2, default=0)
    promo_code = models.CharField(_("promotion code"), max_length=40, blank=True)
    currency = models.CharField(_("currency"), max_length=3)
    comment = models.CharField(_("comment"), max_length=500, blank=True)
    door = models.CharField(_("made through"), max_length=6, choices=Door.choices)
    series = models.ForeignKey(
        BookingSeries, models.PROTECT, null=True, blank=True, related_name="bookings", verbose_name=_("series")
    )
    #: When the client said that they will come, at this very time.
    coming_at = models.DateTimeField(_("the client is coming, said at"), null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(_("version"), default=1)
    created_at = models.DateTimeField(_("created at"), default=clock.now, editable=False)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    objects = BookingQuerySet.as_manager()

    class Meta:
        verbose_name = _("booking")
        verbose_name_plural = _("bookings")
        ordering = ["-starts_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="booking_time_order"),
        ]
        indexes = [
            models.Index(fields=["client", "starts_at"], name="booking_client_start"),
            models.Index(fields=["location", "starts_at"], name="booking_location_start"),
            models.Index(fields=["status", "ends_at"], name="booking_status_end"),
            models.Index(fields=["status", "starts_at"], name="booking_status_start"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"


class GroupSessionQuerySet(models.QuerySet["GroupSession"]):
    def with_details(self) -> "GroupSessionQuerySet":
        """Everything a card shows, in two queries."""
        return self.select_related("service", "specialist", "location", "room").prefetch_related(
            models.Prefetch("seats", queryset=BookingItem.objects.select_related("booking__client"))
        )


class GroupSession(models.Model):
    """A group service at a time; ``capacity`` is the service's at the moment the session was opened."""

    service = models.ForeignKey(Service, models.PROTECT, related_name="sessions", verbose_name=_("service"))
    specialist = models.ForeignKey(
        Specialist, models.PROTECT, related_name="sessions", verbose_name=_("specialist")
    )
    location = models.ForeignKey(Location, models.PROTECT, related_name="sessions", verbose_name=_("location"))
    room = models.ForeignKey(
        Room, models.PROTECT, null=True, blank=True, related_name="sessions", verbose_name=_("room")
    )
    starts_at = models.DateTimeField(_("starts at"))
    ends_at = models.DateTimeField(_("ends at"))
    capacity = models.PositiveSmallIntegerField(_("seats"))
    #: Opened by staff in advance: it stays when nobody is left in it.
    planned = models.BooleanField(_("opened in advance"), default=False)

    objects = GroupSessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("group session")
        verbose_name_plural = _("group sessions")
        ordering = ["starts_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["specialist", "starts_at"], name="session_specialist_start"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="session_time_order"),
        ]

    def __str__(self) -> str:
        return f"{self.service} {self.starts_at.astimezone(self.location.zone):%Y-%m-%d %H:%M}"


class BookingItem(models.Model):
    """One service of a visit. Price, duration, buffers and names are snapshots: the catalogue may change."""

    booking = models.ForeignKey(Booking, models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    service = models.ForeignKey(Service, models.PROTECT, related_name="booking_items", verbose_name=_("service"))
    specialist = models.ForeignKey(
        Specialist, models.PROTECT, related_name="booking_items", verbose_name=_("specialist")
    )
    room = models.ForeignKey(
        Room, models.PROTECT, null=True, blank=True, related_name="booking_items", verbose_name=_("room")
    )
    session = models.ForeignKey(
        GroupSession, models.PROTECT, null=True, blank=True, related_name="seats", verbose_name=_("group session")
    )
    #: 1…capacity while the booking is open; empty once the seat was given back.
    seat = models.PositiveSmallIntegerField(_("seat"), null=True, blank=True)
    starts_at = models.DateTimeField(_("starts at"))
    ends_at = models.DateTimeField(_("ends at"))
    duration_minutes = models.PositiveSmallIntegerField(_("duration, minutes"))
    buffer_before_minutes = models.PositiveSmallIntegerField(_("buffer before, minutes"), default=0)
    buffer_after_minutes = models.PositiveSmallIntegerField(_("buffer after, minutes"), default=0)
    #: Before the discount, which is this item's share of the booking's.
    price = models.DecimalField(_("price"), max_digits=10, decimal_places=2)
    discount = models.DecimalField(_("discount"), max_digits=10, decimal_places=2, default=0)
    service_name = I18nCharField(_("service name"), max_length=200)
    specialist_name = I18nCharField(_("specialist name"), max_length=200)

    class Meta:
        verbose_name = _("booked service")
        verbose_name_plural = _("booked services")
        ordering = ["booking", "position"]
        constraints = [
            models.UniqueConstraint(fields=["booking", "position"], name="item_position_once"),
            models.UniqueConstraint(fields=["session", "seat"], name="session_seat_once"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="item_time_order"),
            models.CheckConstraint(
                condition=Q(seat=None) | Q(seat__gte=1, session__isnull=False), name="item_seat_in_session"
            ),
        ]
        indexes = [models.Index(fields=["specialist", "starts_at"], name="item_specialist_start")]

    def __str__(self) -> str:
        return str(self.service_name)


class Allocation(models.Model):
    """Busy time of one resource, buffers included: the one truth about it.

    The database refuses two overlapping rows of one resource (see the migration ``allocation_guard``).
    A row belongs to a booked service or to a group session.
    """

    specialist = models.ForeignKey(Specialist, models.PROTECT, null=True, blank=True, related_name="allocations")
    room = models.ForeignKey(Room, models.PROTECT, null=True, blank=True, related_name="allocations")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    item = models.ForeignKey(BookingItem, models.CASCADE, null=True, blank=True, related_name="allocations")
    session = models.ForeignKey(GroupSession, models.CASCADE, null=True, blank=True, related_name="allocations")

    class Meta:
        verbose_name = _("allocation")
        verbose_name_plural = _("allocations")
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="allocation_time_order"),
            models.CheckConstraint(
                condition=Q(specialist=None, room__isnull=False) | Q(specialist__isnull=False, room=None),
                name="allocation_one_resource",
            ),
            models.CheckConstraint(
                condition=Q(item=None, session__isnull=False) | Q(item__isnull=False, session=None),
                name="allocation_one_owner",
            ),
        ]
        indexes = [
            models.Index(fields=["specialist", "starts_at", "ends_at"], name="allocation_specialist_time"),
            models.Index(fields=["room", "starts_at", "ends_at"], name="allocation_room_time"),
        ]

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M}–{self.ends_at:%H:%M}"


class StatusChange(models.Model):
    """One line of a booking's history. ``from_status`` is empty for the first."""

    booking = models.ForeignKey(Booking, models.CASCADE, related_name="history")
    from_status = models.CharField(
        pgettext_lazy("status", "from"), max_length=10, choices=BookingStatus.choices, blank=True
    )
    to_status = models.CharField(pgettext_lazy("status", "to"), max_length=10, choices=BookingStatus.choices)
    at = models.DateTimeField(_("at"), default=clock.now, editable=False)
    by_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    by_role = models.CharField(_("role"), max_length=10, choices=Role.choices)
    door = models.CharField(_("through"), max_length=6, choices=Door.choices)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    details = models.JSONField(_("details"), default=dict, blank=True)
    trace_id = models.CharField(_("trace id"), max_length=32, blank=True)

    class Meta:
        verbose_name = _("status change")
        verbose_name_plural = _("status changes")
        ordering = ["at", "id"]

    def __str__(self) -> str:
        before = self.get_from_status_display() if self.from_status else "—"
        return f"{before} → {self.get_to_status_display()}"
