"""What templates ask of the services."""
