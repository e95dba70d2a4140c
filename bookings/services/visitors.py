"""People who come by an e-mail address."""

import hashlib

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction

from bookings.enums import Door, Language
from bookings.models import User
from bookings.services.attempts import retried
from bookings.services.users import record_arrival


def visitor_by_email(*, email: str, language: Language) -> int:
    """Primary key of the user with that address (lower case), made on first sight; two calls at once make one user.

    The new one has no name: an address is nobody's to publish, and many say more than a name. They are asked for it.

    Where several have it, the first who had it.
    """
    return retried(lambda: _found(email) or _made(email, language))


def _found(email: str) -> int | None:
    return User.objects.filter(email__iexact=email).order_by("pk").values_list("pk", flat=True).first()


def _made(email: str, language: Language) -> int:
    fresh = User(
        # Unique, so that of two at once one is refused; says nothing of the address to who sees a list of names.
        username="mail" + hashlib.sha256(email.encode()).hexdigest()[:24],
        email=email,
        language=language,
        password=make_password(None),
    )
    try:
        with transaction.atomic():
            fresh.save(force_insert=True)
            record_arrival(fresh, door=Door.API)
    except IntegrityError:
        known = User.objects.filter(username=fresh.username).values_list("pk", flat=True).first()
        if known is None:
            raise
        return known
    return fresh.pk
