"""The bot: where the Bot API is, how updates arrive, and the limits of the mailbox."""

from booking_site.settings.base import ENV, SECRETS

# The playground knows one bot; its token looks like a real one so that aiogram accepts it.
PLAYGROUND_TOKEN = "1000000001:playground-token-for-development-only"  # noqa: S105 - a public stand-in, not a secret
PLAYGROUND_URL = f"http://{ENV.host}:{ENV.playground_port}"

TELEGRAM_USES_PLAYGROUND = not ENV.telegram_bot_token and not ENV.production
TELEGRAM_BOT_TOKEN = ENV.telegram_bot_token or ("" if ENV.production else PLAYGROUND_TOKEN)
TELEGRAM_API_URL = ENV.telegram_api_url or (
    PLAYGROUND_URL if TELEGRAM_USES_PLAYGROUND else "https://api.telegram.org"
)
TELEGRAM_MODE = ENV.telegram_mode
TELEGRAM_WEBHOOK_SECRET = ENV.telegram_webhook_secret or SECRETS.get("TELEGRAM_WEBHOOK_SECRET", "")

# Inbound limit of one user: a burst of taps passes, a script does not. Over it an update is dropped and the user told.
TELEGRAM_USER_BURST = ENV.telegram_user_burst
TELEGRAM_USER_PER_SECOND = ENV.telegram_user_per_second

# How long the Mini App's word for who is asking is taken; the app gets it once, when it is opened.
TELEGRAM_INIT_DATA_SECONDS = ENV.telegram_init_data_seconds
