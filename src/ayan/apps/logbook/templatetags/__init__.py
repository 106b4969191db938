"""What templates of the logbook can ask for."""
