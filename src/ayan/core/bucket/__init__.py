"""An object store that speaks S3: objects written once or replaced by compare-and-set, and leases between machines."""
