"""Many cities in one installation: which they are, and how shared processes keep each of them to itself."""
