"""Documents that belong to rows: what is published of them, their bytes by digest, and the text of their pages."""
