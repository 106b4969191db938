"""One question in a closed grammar, one place that writes its SQL."""
