"""How much the map and the pages of places read and draw."""

from __future__ import annotations

from typing import Final

# --- read -------------------------------------------------------------------------------------------------------------

# Pieces of land whose boxes are held in memory, some fifty bytes each: several times those of the largest city.
MOST_LAND: Final = 2_000_000
# Pieces of land whose outlines are held too, a few hundred bytes each; of more those of a window are read.
MOST_SHAPES: Final = 25_000
# States of one dataset held so: that of now, and an older one that somebody looks at.
MOST_STATES: Final = 2
# Rows of one street or block that are read for a drawing.
MOST_NEIGHBOURS: Final = 400
# Rows of a register of places, read whole: the values of a street over the years.
MOST_VALUES: Final = 500
# Rows of the values of one year, which tint the land of their streets: a large city has some thousand streets.
MOST_LAND_VALUES: Final = 50_000

# Rows of a dataset that is placed by another, held with what a map tells of them: some three hundred bytes each.
MOST_LINKED: Final = 60_000
# States of such datasets that are held.
MOST_LINKED_STATES: Final = 6

# Values of a link whose rows are asked for one by one; of more all rows with a place are read.
MOST_NAMED_ALONE: Final = 1_000

# --- drawn ------------------------------------------------------------------------------------------------------------

# Shapes drawn one by one, some 90 bytes each in a page of 20 kB; more are drawn as cells.
MOST_DRAWN: Final = 320
# Shapes whose outlines are drawn in whole pixels under such cells, some 20 bytes each; of more little squares are.
MOST_OUTLINED: Final = 2_400
# The same where outlines are not held and each has to be read from the store.
MOST_READ: Final = 700
# Little squares counted for one drawing, some megabytes; of land that covers more, each piece colours its middle alone.
MOST_SQUARES: Final = 1_500_000
# Corners of one shape that are drawn; of one with more its box is drawn.
MOST_CORNERS: Final = 200
# Names of streets on one drawing, so that they do not cover the land.
MOST_NAMES: Final = 14
# Metres across of a drawing around one parcel: about a block.
SMALLEST_WINDOW: Final = 140
# Metres of the widest that is taken to show neighbours: beyond, a parcel is a dot.
LARGEST_WINDOW: Final = 640
# Neighbours that a drawing around one parcel wants to show, if the largest window has them.
FEWEST_NEIGHBOURS: Final = 12
# Parcels side by side: of more no line could be read across.
MOST_COMPARED: Final = 4
# Neighbours that the page of a parcel offers to compare it with.
MOST_BESIDE: Final = 2
# Storeys that a section through a parcel shows: of more each would be a line.
MOST_STOREYS: Final = 24
# Levels of the map: each halves the window; the last shows a few blocks of a city of thirty kilometres.
MOST_LEVELS: Final = 9

# Datasets whose points lie over a layer at once: more could not be told apart by their marks.
MOST_OVER: Final = 5
# Corners of what somebody measures on the map, kept in its address.
MOST_MEASURED: Final = 60

# --- sent to the map in the browser -----------------------------------------------------------------------------------

# Rows without tiles that are sent whole, some 150 bytes each: half a megabyte before it is packed.
MOST_SENT: Final = 5_000
# Streets whose names are sent, some 60 bytes each.
MOST_STREETS_SENT: Final = 2_000
# Bytes of the head of a file of tiles with its first directory, as the format itself has it at most.
LONGEST_HEAD: Final = 16_384
# Bytes of one part of such a file: one tile, or one directory. GDAL keeps a tile under half a megabyte.
LONGEST_PART: Final = 4_000_000
# Days on which a layer changed that are offered, the newest first.
MOST_DAYS: Final = 24

# --- listed -----------------------------------------------------------------------------------------------------------

# Metres around a parcel in which rows with a place count as near by.
NEAR_METRES: Final = 300
# Days of the permits near by whose fees are told: two years, in which tariffs are much the same.
FEE_DAYS: Final = 731
# Such fees told on the page of a parcel.
MOST_FEES: Final = 6
# Datasets told as near by.
MOST_NEAR: Final = 6
# Rows of a list beside the map.
MOST_LISTED: Final = 20
# Streets whose values stand beside that of a parcel's own.
MOST_STREETS_AROUND: Final = 6
# Rules told of one street: more are in the rows.
MOST_RULES: Final = 12
# Services named on a parcel's page.
MOST_SERVICES: Final = 4
# Answers of one search for a place.
MOST_ANSWERS: Final = 12
# Places told beside the answers of the box.
MOST_NAMED: Final = 3
# Letters of such a search: a renovation code or the name of a street.
LONGEST_SEARCH: Final = 100

# --- districts --------------------------------------------------------------------------------------------------------

# Squares from west to east by which the outlines of districts are found: finer than a small map shows.
FINEST_GRID: Final = 120
# Classes of a map by district: more shades could not be told apart.
MOST_CLASSES: Final = 4
# Squares of such a grid of the least piece that is drawn beside the largest one of a district.
LEAST_PIECE: Final = 4
# Districts whose people are read for one year: the largest cities have a few dozen.
MOST_DISTRICTS: Final = 200
# Pixels across of a small map: about a phone.
SMALL_WIDTH: Final = 440
# Pixels from its upper to its lower edge, so that it stands on a screen with its legend.
SMALL_HEIGHT: Final = 380
# Small maps on one dossier.
MOST_SMALL_MAPS: Final = 2
# Rows named of each dataset beside a place; all of them are one link away.
NEARBY_SHOWN: Final = 3
