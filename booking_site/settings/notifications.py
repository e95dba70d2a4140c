"""Notifications: channels, who draws the buttons, and how fast all workers together may send."""

#: Channel → the transport that serves it (dotted path); a channel that is not here is skipped.
NOTIFICATION_TRANSPORTS = {
    "telegram": "notifications.transports.telegram.TelegramTransport",
}
# Turns rows of neutral actions into the channel's own buttons; notifications may not import the bot.
NOTIFICATION_ACTION_RENDERER = "telegram_ui.keyboards.actions.render_actions"
# Telegram's limit for all chats together; exceeding it silences the bot for everybody.
NOTIFICATION_RATE_PER_SECOND = 30
