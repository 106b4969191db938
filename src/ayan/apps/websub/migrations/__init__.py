"""How the tables of the hub came about."""
