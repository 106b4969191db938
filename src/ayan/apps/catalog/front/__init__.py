"""The catalogue, and what other pages show of declared bars."""
