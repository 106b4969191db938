"""How the tables of the counter came to be."""
