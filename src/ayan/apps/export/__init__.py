"""A copy that survives: the whole public portal as files that need no server."""
