"""The words of published documents, so that a page is found by what it says: derived from their texts, rebuildable."""
