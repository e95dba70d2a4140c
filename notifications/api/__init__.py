"""The part of the REST API that is about notifications; it is mounted where the addresses are put together."""
