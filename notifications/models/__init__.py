"""Tables of what is to be told to whom."""
