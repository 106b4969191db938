"""What became of each word in the question that is put, what is left over, and which reading comes first."""
