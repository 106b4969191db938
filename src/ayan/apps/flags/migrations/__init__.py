"""How the tables of the flags app came to be."""
