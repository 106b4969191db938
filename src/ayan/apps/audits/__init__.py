"""What must come to the same in the city's books, held in public: which sums agree, which do not, and by how much."""
