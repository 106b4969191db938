"""From a document as it was handed in to its public copy: only what a reader of it sees, and nothing that is marked."""
