"""Celery. The database and the mailboxes hold what must happen; a Celery message only wakes somebody up.

Checked against Celery 5.7 and kombu 5.7: kombu takes a message off its list with BRPOP before it knows that anybody
will handle it, so a message can be lost with its process. Nothing here tries to make messages durable; beat wakes
again whatever the database or a mailbox says is not done.
"""

from typing import Any

from celery.schedules import crontab
from kombu import Queue

from booking_site.settings.base import ENV
from booking_site.settings.redis import REDIS_TIMEOUT_SECONDS, REDIS_URL

CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]  # pickle would run what a stranger with access to Redis wrote
CELERY_TASK_IGNORE_RESULT = True  # outcomes live in rows
CELERY_TIMEZONE = "UTC"
CELERY_ENABLE_UTC = True

# --- Queues. Their names are Redis keys. `:retry` and `:dead` keep repeats and burials from delaying first tries.
QUEUES = (
    "tg:updates",
    "events:p2p",
    "events:p2p:retry",
    "events:p2p:dead",
    "events:broadcast",
    "events:broadcast:retry",
    "events:broadcast:dead",
    "maintenance",
)
CELERY_TASK_QUEUES = [Queue(name, routing_key=name) for name in QUEUES]
# A misspelt queue is an error at the publisher, not a list nobody ever reads.
CELERY_TASK_CREATE_MISSING_QUEUES = False
# Whatever beat ticks, and anything without a route below.
CELERY_TASK_DEFAULT_QUEUE = "maintenance"
CELERY_TASK_DEFAULT_ROUTING_KEY = "maintenance"
CELERY_TASK_ROUTES: dict[str, dict[str, str]] = {
    "telegram.drain_updates": {"queue": "tg:updates"},
    "telegram.refresh_following": {"queue": "tg:updates"},
    "notifications.process_event": {"queue": "events:p2p"},
    "notifications.deliver": {"queue": "events:p2p"},
    "notifications.deliver_due": {"queue": "events:p2p:retry"},
    "notifications.remind_shard": {"queue": "events:broadcast"},
    "notifications.invite": {"queue": "events:broadcast"},
    "notifications.run_campaign": {"queue": "events:broadcast"},
    "notifications.bury": {"queue": "events:p2p:dead"},
}

# --- Acknowledgement. Early: the row or the mailbox is what survives a killed worker; a message acknowledged late
# would come back after the visibility timeout, long after the sweep has done its work, and a task that kills its
# worker would be handed to the next one without anybody counting the attempts.
CELERY_TASK_ACKS_LATE = False
# One message a free slot: a wake-up must not wait behind a busy worker while another idles.
CELERY_WORKER_PREFETCH_MULTIPLIER = 1

# --- Stopping. SIGTERM is a warm shutdown: no new tasks, those in hand run to their end, and long ones hear of it at
# once (booking_site.lib.shutdown). After so many seconds the process ends all the same, within the 10 s that a
# supervisor waits; what is cut off is repeated from its row or mailbox. Celery's own soft shutdown (REMAP_SIGTERM)
# does not serve here: with the threads pool of 5.7 it sleeps the whole time even when the tasks are done, then fails
# because threads cannot be killed, and hangs. See docs/decisions/0004-bounded-warm-shutdown.md.
WORKER_STOP_SECONDS = 5.0
# For a prefork worker started with REMAP_SIGTERM=SIGQUIT, where it does work.
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 4.0

# --- Broker connection. A publish happens inside web requests: with Redis down it must fail at once, not retry.
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_CONNECTION_TIMEOUT = REDIS_TIMEOUT_SECONDS
CELERY_BROKER_POOL_LIMIT = 20  # at least as many as a web process has threads, so none waits for a connection
# Workers and beat, on the other hand, wait for Redis as long as it takes; the default gives up after 100 tries.
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = {
    "socket_connect_timeout": REDIS_TIMEOUT_SECONDS,
    # Kombu's default is to wait for ever on a connection that died without a word. Longer than the 1 s of its BRPOP.
    "socket_timeout": 3.0,
    "socket_keepalive": True,
    # One try to connect for a publish: kombu would sleep 2 s before the second, whatever the connection timeout says.
    # Workers and beat do their own trying, by the two settings above.
    "max_retries": 0,
    # Only for what a worker had taken and not started when it was killed. Short, because a wake-up that comes twice
    # does no harm, and no task waits in memory with an ETA of minutes that this would deliver again.
    "visibility_timeout": 300,
    # Round robin over a worker's queues: a full `events:p2p` must not starve `maintenance`.
    "queue_order_strategy": "round_robin",
}

# --- Beat. In memory: everything it ticks asks the database what is due, so there is nothing to remember between
# starts, nothing to corrupt on a kill, and two beats by mistake tick twice without harm.
CELERY_BEAT_SCHEDULER = "booking_site.heartbeats:HeartbeatScheduler"
CELERY_BEAT_MAX_LOOP_INTERVAL = 2.0  # seconds between two heartbeats of beat at most
# Each entry has `options: {"expires": seconds}` no longer than its interval, so that ticks piled up while no
# worker ran collapse into one.
CELERY_BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    "sweep-mailboxes": {"task": "telegram.sweep_mailboxes", "schedule": 5.0, "options": {"expires": 4}},
    # Telegram lets one message be edited some twenty times a minute.
    "refresh-following": {"task": "telegram.refresh_following", "schedule": 5.0, "options": {"expires": 4}},
    "completion-check": {"task": "bookings.completion_check", "schedule": 60.0, "options": {"expires": 55}},
    "tend-waitlist": {"task": "bookings.tend_waitlist", "schedule": 15.0, "options": {"expires": 14}},
    # At night, UTC; a night without beat is made up for by the next.
    "forget-old-requests": {
        "task": "bookings.forget_old_requests",
        "schedule": crontab(hour=2, minute=17),
        "options": {"expires": 3600},
    },
    "notifications-thin": {
        "task": "notifications.thin",
        "schedule": crontab(hour=2, minute=43),
        "options": {"expires": 3600},
    },
    "notifications-remind": {"task": "notifications.remind", "schedule": 60.0, "options": {"expires": 55}},
    "notifications-invite": {"task": "notifications.invite", "schedule": 3600.0, "options": {"expires": 3500}},
    "notifications-wake-campaigns": {
        "task": "notifications.wake_campaigns",
        "schedule": 5.0,
        "options": {"expires": 5},
    },
    "notifications-wake-due": {"task": "notifications.wake_due", "schedule": 5.0, "options": {"expires": 5}},
}

# --- Flower. Events of each task, and of its publishing, so that what beat ticked and nobody has taken yet is seen too.
# A wake-up (booking_site.lib.publishing) is seen from the moment a worker takes it: the event would double its cost.
CELERY_WORKER_SEND_TASK_EVENTS = True
CELERY_TASK_SEND_SENT_EVENT = True

# --- Logs go through booking_site.logs.
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_REDIRECT_STDOUTS = False

# A worker that swells is a leak to be found; under the prefork pool this at least keeps the machine alive (KiB).
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 600_000
# Tests run a task where it is called only when they say so.
CELERY_TASK_ALWAYS_EAGER = False
CELERY_WORKER_PROC_ALIVE_TIMEOUT = 30.0 if ENV.app_env == "test" else 10.0  # a loaded machine forks slowly
