"""The pages of the counter, a module a room."""
