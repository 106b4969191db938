"""Files that come with cases: what each is, by its bytes, and what of it is kept."""
