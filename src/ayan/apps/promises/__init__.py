"""What the city promised to show, and whether it does: activities and their proof, what is missing or withheld."""
