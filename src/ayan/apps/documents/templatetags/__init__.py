"""What templates ask of documents."""
