"""What the city does for people: the catalogue of its services, a page for each, and how long they really take."""
