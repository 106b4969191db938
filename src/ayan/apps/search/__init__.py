"""One box over everything that is published."""
