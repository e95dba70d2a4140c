"""What admins run the business with."""
