"""Actions on many rows: one by one, so that what one refuses does not hold up the rest."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import ngettext

from bookings.admin.door import explain
from bookings.exceptions import BookingError


def _changed(count: int) -> str:
    return ngettext("%(count)d changed.", "%(count)d changed.", count) % {"count": count}


def each(
    request: HttpRequest,
    rows: QuerySet[Any],
    service: Callable[[int], object],
    told: Callable[[int], str] = _changed,
) -> None:
    """Call ``service`` with the number of each row; say how many changed, and why the others did not."""
    changed = 0
    for row in rows.order_by("pk"):
        try:
            service(row.pk)
            changed += 1
        except BookingError as error:
            messages.error(request, f"{row}: {explain(error)}")
    if changed:
        messages.success(request, told(changed))
