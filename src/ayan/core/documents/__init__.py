"""Documents of the city as text: pages, lines in the order in which people read them, and tables as rows of cells."""
