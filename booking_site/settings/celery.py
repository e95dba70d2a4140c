"""Celery. The database and the mailboxes hold what must happen; a Celery message only wakes somebody up."""

from booking_site.settings.redis import REDIS_URL

CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True  # outcomes live in rows
CELERY_TIMEZONE = "UTC"
CELERY_TASK_DEFAULT_QUEUE = "maintenance"
CELERY_BEAT_SCHEDULE: dict[str, dict[str, object]] = {}
