"""What a dataset was and is: its releases, what differs between two states, what was withdrawn or erased."""
