"""The admin site of the domain, one module per area. Bookings change through services only."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from bookings.admin import (
    api_keys,
    audit,
    bookings,
    catalog,
    company,
    invites,
    locations,
    promotions,
    reviews,
    schedule,
    series,
    sessions,
    specialists,
    tags,
    users,
    waitlist,
)

__all__ = [
    "api_keys",
    "audit",
    "bookings",
    "catalog",
    "company",
    "invites",
    "locations",
    "promotions",
    "reviews",
    "schedule",
    "series",
    "sessions",
    "specialists",
    "tags",
    "users",
    "waitlist",
]

admin.site.site_header = admin.site.site_title = _("Booking")
admin.site.index_title = _("Administration")
admin.site.index_template = "bookings/admin/index.html"
