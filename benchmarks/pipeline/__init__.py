"""What the runs of the update pipeline share."""
