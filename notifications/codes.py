"""One-time codes of the API by Telegram; ``API_CODE_SENDERS`` names this, since the domain may not."""

from django.utils import translation
from django.utils.translation import gettext as _

from booking_site.lib import background_loop
from booking_site.lib.outbound_limiter import MustWait
from bookings.queries.users import user_by_tg_username
from notifications.addresses import Chat
from notifications.events import Channel, Lane
from notifications.messages import Message
from notifications.outcomes import NotYet, Sent
from notifications.sending import send_permitted
from notifications.transports import Parcel, transport_of


def send(*, address: str, code: str, language: str) -> int | None:
    """Send the code to whoever has the username ``address``; their primary key, ``None`` when it did not arrive.

    In their own language. ``language`` is that of the form, which may not be theirs.

    Raises:
        MustWait: no permit to send in time.
    """
    card = user_by_tg_username(username=address)
    transport = transport_of(Channel.TELEGRAM)
    if card is None or card.tg_id is None or card.is_banned or card.bot_blocked or transport is None:
        return None
    with translation.override(card.language or language):
        text = _("Your code: <code>%(code)s</code>") % {"code": code}
        text += "\n\n" + _("It is good for 5 minutes. If you did not ask for it, tell it to nobody.")
    # No delivery stands for it: the text must not be kept in a row.
    parcel = Parcel(Chat(card.tg_id), Message(text).to_json(), delivery_id=0)
    outcome = background_loop.submit(send_permitted(transport, parcel, Lane.P2P)).result()
    if isinstance(outcome, NotYet):
        raise MustWait(outcome.seconds)
    return card.id if isinstance(outcome, Sent) else None
