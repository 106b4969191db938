"""Custody: the files as they were sent, under lock, from their coming to the end of their time."""
