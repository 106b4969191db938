"""The public side of the ledger: its tiles and checkpoints, its history in plain words, and «verify this»."""
