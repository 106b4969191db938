"""Tables without a shell: their codes, columns and texts changed at the desk, judged by the loader, seen by two."""
