"""Data to text."""
