"""A specialist's day, and what staff does to a visit."""
