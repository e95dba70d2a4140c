"""Notifications: channels, who draws the buttons, and how fast all workers together may send."""

import base64
import hashlib

from booking_site.settings.base import ENV, SECRET_KEY
from booking_site.settings.security import networks

#: Channel → the transport that serves it (dotted path); a channel that is not here is skipped.
NOTIFICATION_TRANSPORTS = {
    "telegram": "notifications.transports.telegram.TelegramTransport",
    "push": "notifications.transports.push.PushTransport",
    "webhook": "notifications.transports.webhook.WebhookTransport",
}
# Development writes e-mail to files; production without a server for it has none.
if ENV.email_url or not ENV.production:
    NOTIFICATION_TRANSPORTS["email"] = "notifications.transports.email.EmailTransport"
# Turns rows of neutral actions into the channel's own buttons; notifications may not import the bot.
NOTIFICATION_ACTION_RENDERER = "telegram_ui.keyboards.actions.render_actions"
#: Channel → seconds before each further try of a message that failed; after the last one it is dead. People are told soon
#: or not at all; a program may be down for the night, and is told all the same.
NOTIFICATION_RETRY_SECONDS = {
    "telegram": (5.0, 20.0),
    "push": (5.0, 20.0),
    "email": (5.0, 20.0),
    "webhook": tuple(float(pause) for pause in ENV.webhook_retry_seconds.split(",")),
}
# Telegram's limit for all chats together; exceeding it silences the bot for everybody.
NOTIFICATION_RATE_PER_SECOND = 30
# What Telegram takes of campaigns that are paid for (allow_paid_broadcast), beside the rate above.
NOTIFICATION_PAID_RATE_PER_SECOND = 1000

# Any 32 bytes below the order of the curve are a private key of P-256, and all but one in four thousand million are.
_FOR_DEVELOPMENT = base64.urlsafe_b64encode(hashlib.sha256(f"vapid {SECRET_KEY}".encode()).digest()).rstrip(b"=")
#: Raw private key in base64url, as ``manage.py push_keys`` makes it. Browsers subscribe to its public half.
VAPID_PRIVATE_KEY = ENV.vapid_private_key or ("" if ENV.production else _FOR_DEVELOPMENT.decode())
#: Whom a push service writes to when our messages are a trouble to it.
VAPID_SUBJECT = ENV.vapid_subject
PUSH_HOSTS = tuple(host.strip().lower() for host in ENV.push_hosts.split(",") if host.strip())
#: Networks that webhooks and push may reach although they are not public.
OUTGOING_PRIVATE_NETWORKS = networks(ENV.outgoing_private_networks)
