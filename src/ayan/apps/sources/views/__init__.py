"""The administrators' pages about sources."""
