"""The explorer: one dataset as a table, in groups, as charts, on a map; every state of it has one address."""
