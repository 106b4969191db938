"""What the pieces are in each dataset: conditions, measures, keys, and what is left unread."""
