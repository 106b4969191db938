"""Many files at once: what was given, how each is read, and acts on all of them together."""
