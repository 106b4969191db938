"""How the tables of the sources app came to be."""
