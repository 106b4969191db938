"""The pages of the counter: for whoever brings something, and for the officers who deal with it."""
