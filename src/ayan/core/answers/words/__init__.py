"""Words of a question before anybody knows what they mean: forms, spelling, numbers, times."""
