"""What every room stands on: confined connections to DuckDB, and files that survive a crash."""
