"""Where a question is run."""
