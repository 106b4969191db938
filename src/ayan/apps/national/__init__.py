"""The pages over all cities of an installation: figures per head, companies in several cities, and a search."""
