"""A question parted into pieces that mean something, and what it wants done."""
