"""Following: a dataset, a search, a record or what goes wrong, by feed without an account, or by confirmed mail."""
