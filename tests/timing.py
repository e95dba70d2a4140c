"""How long something takes, on a machine that may have much else to do."""

import time
from collections.abc import Callable


def quickest(act: Callable[[], object], *, enough: float, tries: int = 6) -> float:
    """Seconds that ``act`` took. Where they were more than ``enough`` it is done again: a busy machine makes one try
    slow, or two, but what waits by itself is slow each time.
    """
    took: list[float] = []
    while len(took) < tries and not (took and min(took) < enough):
        began = time.monotonic()
        act()
        took.append(time.monotonic() - began)
    return min(took)
