"""E-mail through Django's backend, for people with neither Telegram nor a browser that asked to be told."""

import asyncio
import smtplib
import traceback

from django.core.mail import EmailMultiAlternatives

from notifications.addresses import Mailbox
from notifications.outcomes import Failed, Gone, Outcome, Refused, Sent
from notifications.plain import plain, title_and_rest
from notifications.transports import Parcel

_PERMANENT = 500


class EmailTransport:
    async def send(self, parcel: Parcel) -> Outcome:
        if not isinstance(parcel.to, Mailbox):
            return Refused(f"no mailbox: {parcel.to}")
        try:
            # SMTP blocks; EMAIL_TIMEOUT bounds it.
            await asyncio.to_thread(letter(parcel, parcel.to).send)
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _text in error.recipients.values()]
            return Gone("mailbox_refused") if min(codes, default=0) >= _PERMANENT else _failed(error)
        except (smtplib.SMTPException, OSError) as error:
            return _failed(error)
        except Exception as error:  # noqa: BLE001 - a letter that cannot even be built is dead, not its worker
            return Refused(f"{type(error).__name__}: {error}", _trace(error))
        return Sent()


def letter(parcel: Parcel, to: Mailbox) -> EmailMultiAlternatives:
    """The message with its first line for a subject, as text and as HTML; the same id at every repetition."""
    html = parcel.message.text
    subject, _rest = title_and_rest(html)
    mail = EmailMultiAlternatives(
        subject=subject,
        body=plain(html),
        to=[to.email],
        headers={"X-Booking-Delivery": str(parcel.delivery_id), "Auto-Submitted": "auto-generated"},
    )
    mail.attach_alternative(html.replace("\n", "<br>\n"), "text/html")
    return mail


def _failed(error: Exception) -> Outcome:
    return Failed(f"{type(error).__name__}: {error}", _trace(error))


def _trace(error: BaseException) -> str:
    return "".join(traceback.format_exception(error))
