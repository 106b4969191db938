"""What people ask of a city again and again, as it is declared: what is asked of which dataset, and how it is told."""
