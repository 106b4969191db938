"""How the tables of the outbox came to be as they are."""
