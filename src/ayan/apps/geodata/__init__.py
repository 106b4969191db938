"""Places for programs: datasets with shapes as OGC API Features, the parcel at a point, and the tiles of maps."""
