"""Creating, changing and removing rows that are no more than rows: one way for all entities, declared as data."""
