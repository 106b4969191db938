"""The counter: what people bring to the city and what becomes of it, each case with a clock that everybody sees."""
