"""ayan doctor, a module a subject: what is looked at, how it is, and what an operator must do."""
