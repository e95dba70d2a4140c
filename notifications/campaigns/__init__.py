"""One message to many: composed, its audience made into rows, pumped out at the rate that is left."""
