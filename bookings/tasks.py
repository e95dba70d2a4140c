"""What beat wakes up for the domain: thin, each delegates to a service."""

from celery import shared_task

from bookings.services.end_visits import announce_ended_visits
from bookings.services.forget_requests import forget_ended_logins, forget_old_requests
from bookings.services.one_time_codes import TASK, send_code
from bookings.services.waitlist_matching import expire_offers


@shared_task(name="bookings.completion_check")
def completion_check() -> int:
    """Announce the visits that have ended; returns how many."""
    return announce_ended_visits()


@shared_task(name="bookings.forget_old_requests")
def forget_requests() -> int:
    """Delete idempotency keys and logins past their time; returns how many."""
    return forget_old_requests() + forget_ended_logins()


@shared_task(name=TASK)
def send_one_time_code(channel: str, address: str, challenge: str, word: str, language: str) -> bool:
    """Send a code by e-mail or Telegram; a lost one is asked for again by the person who waits for it."""
    return send_code(channel=channel, address=address, challenge=challenge, word=word, language=language)


@shared_task(name="bookings.tend_waitlist")
def tend_waitlist() -> int:
    """Close unanswered offers of the waitlist and make the next ones; returns how many were made."""
    return expire_offers()
