"""Everything between the HTTP request and the mailbox: secret, identity, limits."""
