"""What admins edit row by row in the chat: modules are declared as data, and one set of screens serves them all."""
