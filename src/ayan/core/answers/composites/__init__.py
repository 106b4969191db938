"""Answers that are worked out of several questions: ratios, means, delays, who has more than somebody."""
