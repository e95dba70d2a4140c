"""What everybody gets: start, menu, profile, help, and an answer to whatever nobody else understood."""
