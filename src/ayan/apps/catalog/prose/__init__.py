"""Pages of words: about, help, the letter to the city, the tour, and the page for those who write programs."""
