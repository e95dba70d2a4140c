"""Django's SQLite backend with a fair queue before each write transaction, and commits that share a sync of the disk."""
