"""Rows without a whole file of their own: entered by hand, corrected one by one, added to what is published."""
