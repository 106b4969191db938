"""The ledger: an append-only log that strangers can check, and commitments to rows; knows bytes, not datasets."""
