"""What templates of the counter write by themselves."""
