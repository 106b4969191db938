"""How a city buys: datasets as the stages of contracting processes, by a declared mapping, after OCDS 1.1."""
