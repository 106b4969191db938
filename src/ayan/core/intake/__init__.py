"""From a file to a raw table of text with the address of every cell; nothing is judged here."""
