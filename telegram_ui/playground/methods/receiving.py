"""How updates reach the bot: long polling or a webhook, never both."""

import re
from urllib.parse import urlsplit

import orjson
from aiogram.methods import DeleteWebhook, GetUpdates, GetWebhookInfo, SetWebhook

from telegram_ui.playground.bot_api import BotApi
from telegram_ui.playground.errors import JsonDict, bad_request, conflict
from telegram_ui.playground.methods.registry import handles
from telegram_ui.playground.params import RawCall
from telegram_ui.playground.webhook import MAX_CONNECTIONS, WebhookConfig

_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_POLL_SECONDS = 50


@handles(GetUpdates)
async def get_updates(api: BotApi, call: GetUpdates, raw: RawCall) -> list[JsonDict]:
    if api.webhook.config is not None:
        raise conflict(
            "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
        )
    if "allowed_updates" in raw.params:
        api.updates.allowed = frozenset(call.allowed_updates) if call.allowed_updates else None
    api.polling.interrupt()
    limit = min(max(call.limit or 100, 1), 100)
    taken = api.updates.take(call.offset or 0, limit)
    if not taken and call.timeout:
        await api.polling.wait(min(call.timeout, _POLL_SECONDS))
        taken = api.updates.take(call.offset or 0, limit)
    return [orjson.loads(update.body) for update in taken]


@handles(SetWebhook)
async def set_webhook(api: BotApi, call: SetWebhook, raw: RawCall) -> bool:
    """Plain http and any port are fine here: the web process beside the playground has no certificate."""
    if call.drop_pending_updates:
        api.updates.drop_all()
    if not call.url:
        await api.webhook.set(None)
        return True
    if urlsplit(call.url).scheme not in {"http", "https"} or not urlsplit(call.url).hostname:
        raise bad_request("bad webhook: an HTTPS URL must be provided for webhook")
    secret = call.secret_token or ""
    if secret and not _SECRET.fullmatch(secret):
        raise bad_request("secret token contains unallowed characters")
    connections = call.max_connections if call.max_connections is not None else MAX_CONNECTIONS
    if not 1 <= connections <= 100:  # noqa: PLR2004 - Telegram's own bounds
        raise bad_request("max_connections must be between 1 and 100")
    before = api.webhook.config
    # Left out, allowed_updates keeps its last value; an empty list means the default set.
    allowed = tuple(call.allowed_updates or ()) if "allowed_updates" in raw.params else None
    if allowed is None and before is not None:
        allowed = before.allowed_updates
    await api.webhook.set(WebhookConfig(call.url, secret, connections, allowed or None))
    return True


@handles(DeleteWebhook)
async def delete_webhook(api: BotApi, call: DeleteWebhook, _raw: RawCall) -> bool:
    if call.drop_pending_updates:
        api.updates.drop_all()
    await api.webhook.set(None)
    return True


@handles(GetWebhookInfo)
def get_webhook_info(api: BotApi, _call: GetWebhookInfo, _raw: RawCall) -> JsonDict:
    return api.webhook.info()
