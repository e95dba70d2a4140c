"""The photo of a specialist that clients choose by: every one is brought into one form, and stored under a name of its own."""

import secrets
from collections.abc import Callable

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from booking_site.lib.photos import SIZE_LIMIT, NotAPhoto, portrait
from bookings.actor import Actor
from bookings.models import Specialist
from bookings.policies import Task, require_task
from bookings.services.attempts import retried
from bookings.services.resources.entities import SPECIALISTS
from bookings.services.resources.recording import record_saved
from bookings.services.resources.refusals import InvalidFields
from bookings.services.resources.snapshot import values_of
from bookings.services.resources.writing import locked

#: Bytes of a photo as it comes.
LARGEST = SIZE_LIMIT
_MEGABYTE = 1024 * 1024


def set_photo(
    *,
    actor: Actor,
    specialist_id: int,
    content: bytes,
    expect: Callable[[Specialist], None] = lambda _row: None,
) -> str:
    """Put the JPEG or PNG in the place of the photo there was; an empty ``content`` takes that away. Returns its name.

    ``expect`` is asked about the specialist as they are, under their lock.

    Raises:
        NotFound: no such specialist, or for a specialist somebody else. NotAllowed: clients.
        InvalidFields: it is no such photo, with the reason as sentences of ``photo``. Busy, what ``expect`` raises.
    """
    require_task(actor, Task.PORTRAIT, specialist_id=specialist_id)
    name = store(portrait_file(content)) if content else ""

    def work() -> None:
        with transaction.atomic():
            row = locked(SPECIALISTS, specialist_id)
            expect(row)
            before = values_of(row)
            row.photo.name = name
            row.save(update_fields=["photo"])
            record_saved(actor=actor, row=row, before=before)

    try:
        retried(work)
    except BaseException:
        if name:
            default_storage.delete(name)
        raise
    return name


def store(photo: "ContentFile[bytes]") -> str:
    """Write down what ``portrait_file`` made; the name of it."""
    return default_storage.save(f"specialists/{secrets.token_hex(12)}.jpg", photo)


def portrait_file(content: bytes) -> "ContentFile[bytes]":
    """The photo in the form in which it is stored. Raises InvalidFields."""
    try:
        return ContentFile(portrait(content))
    except NotAPhoto as error:
        raise _refusal(error) from error


def require_size(size: int) -> None:
    """Before so many bytes are fetched. Raises InvalidFields."""
    if size > LARGEST:
        raise _refusal(NotAPhoto("size", LARGEST))


def _refusal(error: NotAPhoto) -> InvalidFields:
    with translation.override("en"):
        told = _why(error)
    return InvalidFields({"photo": [told]}, said={"photo": [_why(error)]})


def _why(error: NotAPhoto) -> str:
    limits = {"limit": error.limit // _MEGABYTE if error.limit == SIZE_LIMIT else error.limit}
    return {
        "size": _("A photo has at most %(limit)d MB."),
        "kind": _("A photo is a JPEG or a PNG."),
        "sides": _("Width and height of the photo together: at most %(limit)d pixels."),
        "ratio": _("The photo is too narrow: one side may be %(limit)d times the other at most."),
        "small": _("The photo is too small: at least %(limit)d pixels on each side."),
    }[error.reason] % limits
