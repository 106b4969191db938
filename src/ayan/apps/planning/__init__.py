"""What may be built where: the page of a parcel, of a street and of a district, and the map of the city."""
