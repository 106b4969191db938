"""A schema for each city, in a database that all of them share."""
