"""The template tags of the special pages."""
