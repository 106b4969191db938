"""Documents of rows: attached at the desk, approved by a second person, and given to programs."""
