"""Layout steps: what is done to a table as it was read, before its columns are matched."""
