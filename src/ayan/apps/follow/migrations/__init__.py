"""How the tables of followers came about."""
