"""What is published, in the standards that other people's tools read."""
