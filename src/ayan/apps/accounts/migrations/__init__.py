"""How the tables of the accounts app came to be."""
