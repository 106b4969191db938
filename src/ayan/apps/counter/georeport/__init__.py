"""Reports about the street after Open311 GeoReport v2: which there may be, those that there are, and new ones."""
