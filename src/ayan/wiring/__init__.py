"""The switchboard: which store, which engine and which clock are in use."""
