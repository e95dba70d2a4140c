"""A reason as its reader should read it: what was typed stays as it is, what was chosen by a button is worded for them."""

from django.utils.translation import gettext as _

from bookings.enums import CancelReason


def reason_text(stored: str, *, to_client: bool = False) -> str:
    """``stored`` in the active language; the client who asked for a cancellation is addressed themselves."""
    if stored == CancelReason.CLIENT_REQUEST and to_client:
        return _("at your request")
    return str(CancelReason(stored).label) if stored in CancelReason.values else stored
