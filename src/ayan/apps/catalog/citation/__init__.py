"""Citations: an answer that can be quoted, asked again and compared with the present."""
