"""The REST API: translates between HTTP and the domain's queries and services, and decides nothing itself."""
