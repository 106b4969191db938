"""What makes answers quick: index files, and beside them the secondary index, the row store and rollups."""
