"""How an entry of the waitlist and its offer change: always both, in one transaction, with the entry's row locked."""

from booking_site.lib import clock
from bookings.actor import Actor
from bookings.enums import ON_WAITLIST, OfferState, WaitlistState
from bookings.exceptions import OfferOver
from bookings.models import Booking, WaitlistEntry, WaitlistOffer
from bookings.services import audit


def lock(entry_id: int) -> WaitlistEntry | None:
    """The entry, until the end of the transaction; ``None`` when there is none."""
    return WaitlistEntry.objects.select_for_update(no_key=True).filter(pk=entry_id).first()


def open_offer(entry: WaitlistEntry) -> WaitlistOffer:
    """The offer that the client may answer now. Raises OfferOver."""
    offer = entry.offers.filter(state=OfferState.OPEN).first()
    if offer is None or offer.expires_at <= clock.now():
        raise OfferOver("there is no open offer")
    return offer


def fulfil(offer_id: int, booking: Booking, *, actor: Actor) -> None:
    """The booking that was just written is what the offer promised; call it in that transaction.

    Raises OfferOver where the offer was answered otherwise, or ran out, in the meantime.
    """
    offered = WaitlistOffer.objects.get(pk=offer_id)
    entry = lock(offered.entry_id)
    if entry is None or open_offer(entry).pk != offer_id:
        raise OfferOver("the offer was answered")
    close(entry, OfferState.ACCEPTED, becomes=WaitlistState.BOOKED, actor=actor, booking=booking)


def close(
    entry: WaitlistEntry,
    outcome: OfferState,
    *,
    becomes: WaitlistState,
    actor: Actor,
    booking: Booking | None = None,
) -> None:
    """End the entry's open offer, if it has one, with ``outcome``; the locked entry ``becomes`` what follows."""
    entry.offers.filter(state=OfferState.OPEN).update(state=outcome)
    before, entry.state = entry.state, becomes
    entry.booking = booking
    entry.save(update_fields=["state", "booking"])
    audit.record(
        actor=actor,
        action=outcome.value if before == WaitlistState.OFFERED else becomes.value,
        entity="waitlist_entry",
        entity_id=entry.pk,
        before={"state": before, "booking": None},
        after={"state": becomes.value, "booking": booking.pk if booking else None},
    )


def is_on_list(entry: WaitlistEntry) -> bool:
    return entry.state in ON_WAITLIST
