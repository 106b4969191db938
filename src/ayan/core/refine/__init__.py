"""From raw text to typed rows and issues, set-based, in SQL."""
