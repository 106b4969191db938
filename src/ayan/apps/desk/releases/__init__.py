"""What became public: sealing and taking back, the day of it, erasing rows, and the list of releases."""
