"""The declared tables, one folder each, and the registry that reads them."""
