"""One Redis for mailboxes, FSM, slot cache, locks, limits, the Django cache and the Celery broker."""

from booking_site.settings.base import ENV

REDIS_URL = ENV.redis_url or f"redis://127.0.0.1:{ENV.redis_port}/0"
# The webhook must answer 503 within a second when Redis is gone.
REDIS_TIMEOUT_SECONDS = 0.5

CACHES = {
    "default": {
        "BACKEND": "django_redis.cache.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "cache",
    }
}

# The lock around creating a booking only spares work, so it can be switched off.
SLOT_LOCK = ENV.slot_lock
