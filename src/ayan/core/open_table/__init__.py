"""The releases of a dataset as an Apache Iceberg table: metadata over their public files, for engines of others."""
