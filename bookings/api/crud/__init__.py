"""One pattern for the rows of every entity: list, read, create, change, remove. Each resource is declared as data."""
