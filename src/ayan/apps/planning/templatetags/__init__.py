"""Tags of the pages of places."""
