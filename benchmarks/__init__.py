"""Measurements (``make bench``) and destruction (``make chaos``) of the real system.

A module here registers what it measures::

    @benchmark("webhook.accept", seconds=60)
    def accept(context: Context) -> Measurement: ...

    @scenario("kill_workers", seconds=180)
    def kill_workers(context: Context) -> Outcome: ...

Each runs in a process of its own with a fresh folder, ends within its ``seconds`` or is ended, and leaves nothing.
"""
