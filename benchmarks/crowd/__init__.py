"""Many processes that book at the same time, for measurements and races; on the database of DATABASE_URL."""
