"""What the log holds: each kind of entry in a module of its own."""
