"""A lively demo business: who is in it, what it offers, and two weeks of its bookings. Never for production."""
