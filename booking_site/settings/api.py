"""The REST API."""

from booking_site.lib.rate_limiter import Limit
from booking_site.settings.base import ENV

API_PUBLIC_LIMIT = Limit(ENV.api_public_burst, ENV.api_public_per_second)
