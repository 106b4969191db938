"""How much comes to the counter, and how much of it is listed."""

from __future__ import annotations

from typing import Final

# --- replies ----------------------------------------------------------------------------------------------------------

# Replies that one letter may bring to one finding; whatever there is to add after that goes by the desk.
MOST_REPLIES: Final = 5

# --- lists ------------------------------------------------------------------------------------------------------------

# Decided cases that a list holds; those that are open are all there.
MOST_DECIDED: Final = 100

# --- cases ------------------------------------------------------------------------------------------------------------

# Fields that a form may send; the longest of ours has a dozen.
MOST_FIELDS: Final = 60
# Characters of one text that an officer or a person adds to a case.
LONGEST_ENTRY: Final = 8_000
# Entries of one case; whoever has more to say brings a new one.
MOST_ENTRIES: Final = 400
# Records, releases and pages that one answer may point to.
MOST_EVIDENCE: Final = 20
# Columns of a corrected record that the answer to an objection shows.
MOST_CHANGES: Final = 12
# Units that one after the other took each other's place, of which a kind names the first.
MOST_MERGERS: Final = 20
# Numbers of late cases that one message to a head names.
MOST_NAMED_LATE: Final = 20
# Characters of why something is not published by itself.
LONGEST_REASON: Final = 300
# Words that a request has at least to be held against others: by fewer nobody knows what it asks for.
FEWEST_WORDS: Final = 2
# Earlier cases that a new one is held against, to find those that ask for the same.
MOST_COMPARED: Final = 3_000
# Cases that one round of a regular task takes up; the next takes the rest.
MOST_AT_ONCE: Final = 500

# --- attachments ------------------------------------------------------------------------------------------------------

# Bytes of one attachment: a photo of a phone has four million, a scanned file of many pages ten.
LARGEST_ATTACHMENT: Final = 10 << 20
# Bytes of all attachments of one form: they stand in memory while they are checked.
LARGEST_ATTACHMENTS: Final = 25 << 20
# Attachments of one form.
MOST_ATTACHMENTS: Final = 5
# Attachments of one case, over all that is added to it.
MOST_CASE_FILES: Final = 40
# Pixels of a picture, four bytes each when somebody looks at it; a telephone of today takes fifty million.
MOST_PIXELS: Final = 64_000_000
# Pixels of the longer side of a picture, such as a panorama.
MOST_SIDE: Final = 16_384
# Segments or chunks of one picture.
MOST_PICTURE_PARTS: Final = 20_000
# Bytes of a document once it is unpacked: six times the largest that is taken.
MOST_OPENED: Final = 64 << 20
# Files inside a packed document; one of a hundred pages with pictures has three hundred.
MOST_PACKED: Final = 1_000
# Streams of one PDF; a scanned one has three a page.
MOST_STREAMS: Final = 20_000
# Seconds that the malware scanner has for one file.
SCAN_SECONDS: Final = 20.0
# Seconds after which a file that no case has is deleted; a filing that is under way is done in one.
ORPHAN_SECONDS: Final = 3600.0
