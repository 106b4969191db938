"""The pages of the reading room: each one computes a typed answer and hands it to a template."""
