"""Celery queues and task names of notifications, in one place so that nobody has to import a task to wake it."""

P2P = "events:p2p"
P2P_RETRY = "events:p2p:retry"
P2P_DEAD = "events:p2p:dead"
BROADCAST = "events:broadcast"
BROADCAST_RETRY = "events:broadcast:retry"
BROADCAST_DEAD = "events:broadcast:dead"

PROCESS_EVENT = "notifications.process_event"
DELIVER = "notifications.deliver"
DELIVER_DUE = "notifications.deliver_due"
BURY = "notifications.bury"
WAKE_DUE = "notifications.wake_due"
