"""The switchboard: which shelf, which engine and which clock are in use."""
