"""One record: what it says, where each value comes from, how it came to say so, and what belongs to it."""
