"""What the city says of itself, changed at the desk: its face, from when its datasets are owed, and its first steps."""
