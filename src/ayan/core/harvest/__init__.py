"""Another city's tables, fetched with their proof and kept apart from the city's own; or a mirror of all it has."""
