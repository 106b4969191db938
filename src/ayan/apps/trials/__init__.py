"""Files that anybody tries: read against what is declared, told about, and kept by nobody."""
