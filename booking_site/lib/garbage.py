"""Collecting garbage in a process that works for long."""

import gc

#: New objects between two collections; Python's 700 are reached within a single update, or two messages.
_NEW_OBJECTS = 20_000


def spare_the_collector() -> None:
    """Some 700 models of the Bot API, and all else that was imported, stay for good: looking through them again and again
    for garbage costs a share of every update and every message. What is made from now on is collected as ever, only
    less often.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS, 10, 10)
