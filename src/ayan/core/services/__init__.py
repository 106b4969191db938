"""What a city does for people, as it declares it: its services, and the words that they are described by."""
