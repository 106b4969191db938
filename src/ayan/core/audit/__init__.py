"""Control totals across datasets, held to the last rial, and flags: what published records say of one another."""
