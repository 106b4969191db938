"""Control totals across datasets: what must come to the same, held against what is published, to the last rial."""
