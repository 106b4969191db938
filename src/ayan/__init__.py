"""Ayan (عیان): a municipality's messy files become verified, versioned, tamper-evident public records."""
