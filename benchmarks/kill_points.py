"""The steps of a delivery between which a worker can die."""

#: Point → (what the worker was about to do or had just done, which). In the order in which a worker passes them.
POINTS = {
    "nothing done": ("notifications.processing.fan_out", "before"),
    "rows written, not committed": ("notifications.models.delivery.DeliveryQuerySet.bulk_create", "after"),
    "fanned out": ("notifications.processing.deliver", "before"),
    "claimed, not committed": ("notifications.models.delivery.DeliveryQuerySet.update", "after"),
    "claimed": ("notifications.delivery._send", "before"),
    "asking for a permit": ("booking_site.lib.outbound_limiter.OutboundLimiter.permit", "before"),
    "permitted": ("notifications.transports.telegram.TelegramTransport.send", "before"),
    "accepted, the answer unread": ("notifications.transports.telegram.TelegramTransport.send", "after"),
    "answered": ("notifications.delivery.record", "before"),
    "recorded, not committed": ("notifications.delivery.settle_sent", "after"),
    "recorded": ("notifications.delivery._after_commit", "before"),
}
#: Here the Bot API may have messages that the database does not know to be sent, of this row or of its neighbours.
ON_THE_WAY = {"accepted, the answer unread", "answered", "recorded, not committed", "recorded"}
