"""What a value is before any table is known: numbers, words, days, money, places and identifiers."""
