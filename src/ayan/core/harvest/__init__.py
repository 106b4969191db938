"""Another city's tables, fetched with their proof and kept apart from the city's own."""
