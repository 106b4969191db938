"""The reading room: where citizens find, read, filter and download what the city has published."""
