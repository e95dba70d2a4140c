"""The REST API."""

from booking_site.lib.rate_limiter import Limit
from booking_site.settings.base import ENV

_PERSON = Limit(ENV.api_person_burst, ENV.api_person_per_second)

#: By kind of caller, see ``bookings.api.caller``: an address, a person or a key each have one such bucket.
API_LIMITS = {
    "public": Limit(ENV.api_public_burst, ENV.api_public_per_second),
    "visitor": _PERSON,
    "tg_client": _PERSON,
    "api_key": Limit(ENV.api_key_burst, ENV.api_key_per_second),
    "internal": Limit(ENV.api_internal_burst, ENV.api_internal_per_second),
}

# Days until a person who logged in with a one-time code has to do it again.
API_TOKEN_DAYS = ENV.api_token_days
# How one-time codes travel: channel → a function (dotted path), see bookings.services.one_time_codes.send_code. The
# domain knows no Telegram. A channel that is not here is not offered.
API_CODE_SENDERS = {"telegram": "notifications.codes.send"}
if ENV.email_url or not ENV.production:
    API_CODE_SENDERS["email"] = "bookings.services.code_by_email.send"
