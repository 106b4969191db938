"""The pages of flags: public ones, and those of the officers who tell, answer and clear."""
