"""Version 1: everything that is served under ``/api/v1``."""

from ninja.errors import HttpError, ValidationError
from redis import RedisError

from bookings.api import manage
from bookings.api.access import guard
from bookings.api.openapi import DocsPage, DocumentedAPI, OrjsonRenderer
from bookings.api.problems import on_booking_error, on_http_error, on_redis_error, on_validation_error
from bookings.api.resources import (
    booking_changes,
    bookings,
    calendar,
    calendar_files,
    categories,
    client_notes,
    locations,
    login,
    me,
    problem_kinds,
    promotions,
    reviews,
    series,
    services,
    sessions,
    slots,
    specialists,
    statistics,
    time_off,
    waitlist,
)
from bookings.exceptions import BookingError

_DESCRIPTION = """
Where, what, with whom and when a visit can be booked, without a login; bookings and all that belongs to them for those
who are known: with the token of a one-time code or an API key (`Authorization: Bearer …`), the init data of a Mini App
(`Authorization: tma …`), or the session of the admin site.

* Texts come in every language: `{"ru": …, "en": …}`. `title` and `detail` of problems are English.
* Instants come twice: `utc`, and `local` as the clocks at the location show it, with its offset. Dates are the
  location's.
* Refusals are problem documents (RFC 9457) with a stable `code`: see `GET /problems`. What is somebody else's is not
  found.
* `Idempotency-Key` makes a request that writes safe to repeat, `If-Match` keeps it from changing what you have not
  seen.
* `ETag` and `If-None-Match` spare the transfer of what has not changed.
* `RateLimit` tells what is left of your quota.
"""

api = DocumentedAPI(
    title="Booking",
    version="1",
    description=_DESCRIPTION.strip(),
    urls_namespace="api-v1",
    renderer=OrjsonRenderer(),
    docs=DocsPage({"docExpansion": "none", "defaultModelsExpandDepth": 0, "filter": True}),
)
api.add_decorator(guard, mode="view")
api.exception_handler(BookingError)(on_booking_error)
api.exception_handler(ValidationError)(on_validation_error)
api.exception_handler(HttpError)(on_http_error)
api.exception_handler(RedisError)(on_redis_error)
api.add_router("/locations", locations.router, tags=["Catalogue"])
api.add_router("/locations", categories.router, tags=["Catalogue"])
api.add_router("/locations", services.router, tags=["Catalogue"])
api.add_router("/locations", specialists.router, tags=["Catalogue"])
api.add_router("/locations", sessions.public, tags=["Catalogue"])
api.add_router("/specialists", specialists.photos, tags=["Catalogue"])
api.add_router("/slots", slots.router, tags=["Slots"])
api.add_router("/bookings", bookings.router, tags=["Bookings"])
api.add_router("/bookings", booking_changes.router, tags=["Bookings"])
api.add_router("/calendar", calendar.router, tags=["Calendar"])
api.add_router("", calendar_files.router)
api.add_router("/series", series.router, tags=["Recurring bookings"])
api.add_router("/sessions", sessions.router, tags=["Group sessions"])
api.add_router("/clients", client_notes.router, tags=["Clients"])
api.add_router("/time-off", time_off.router, tags=["Time off"])
api.add_router("/statistics", statistics.router, tags=["Statistics"])
api.add_router("/waitlist", waitlist.router, tags=["Waitlist"])
api.add_router("/promotions", promotions.router, tags=["Promotions"])
api.add_router("", reviews.router, tags=["Reviews"])
api.add_router("/me", me.router, tags=["Me"])
api.add_router("/login", login.router, tags=["Login"])
api.add_router("/problems", problem_kinds.router, tags=["Problems"])
api.add_router("/manage", manage.router)
