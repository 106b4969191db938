"""The tests, one folder for each door of the house."""
