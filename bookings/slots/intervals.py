"""Arithmetic of half-open integer intervals."""
