"""The engine: from a messy file to a sealed release, with no web framework and no database server."""
