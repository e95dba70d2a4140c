"""The slot engine: pure functions over integers."""
