"""The officer's side: send a file, say what its columns are, mend it, see what changes, approve, return, take back."""
