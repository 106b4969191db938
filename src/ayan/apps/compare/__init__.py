"""Comparison: any amount or count of a dataset, side by side."""
