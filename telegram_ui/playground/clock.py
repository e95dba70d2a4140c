"""Wall time that a test can move forward, and the monotonic time that rates are measured with."""

import time


class Clock:
    """``now`` decides expiry and dates; ``monotonic`` decides rates and is never moved by hand."""

    def __init__(self) -> None:
        self._offset = 0.0

    def now(self) -> float:
        """Seconds since the epoch, UTC."""
        return time.time() + self._offset

    def monotonic(self) -> float:
        """Seconds of the machine's monotonic clock, comparable between processes of one machine."""
        return time.monotonic()

    def advance(self, seconds: float) -> None:
        """Move wall time forward, so that a test need not wait for an update or a button press to expire."""
        self._offset += seconds
