"""How much comes to the counter, and how much of it is listed."""

from __future__ import annotations

from datetime import timedelta
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

# Objections to land that are read to tell what came of those to one zone, the newest first.
MOST_OBJECTIONS: Final = 400

# --- officers' pages --------------------------------------------------------------------------------------------------

# Cases on one page of the queue.
QUEUE_PAGE: Final = 50
# Cases that the first page of the desk names.
HOME_CASES: Final = 5
# Words that a search of the queue looks for.
MOST_QUEUE_WORDS: Final = 8
# Cases that are handed over at once: more than a page holds is no choice any more.
MOST_HANDED: Final = 100
# Ready sentences that one unit keeps: more are not chosen from but searched.
MOST_BLOCKS: Final = 200
# Characters of a ready sentence: a page of a letter.
LONGEST_BLOCK: Final = 2_000
# Characters of the address of a published page; one with many conditions has some hundred.
LONGEST_ADDRESS: Final = 500
# Characters of the number of a permit or certificate; those of cities have some fifteen.
LONGEST_ISSUED_NUMBER: Final = 40
# Characters of one column of a record that an officer states, such as a renovation code.
LONGEST_RECORD_CELL: Final = 200
# Rial that may be asked for at once: a thousand billion, far above the largest fine of a commission.
LARGEST_CHARGE: Final = 10**15
# Published things that a search offers as evidence.
MOST_OFFERED: Final = 8
# Parts that are taken out of one text.
MOST_CUTS: Final = 200

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
# Bytes before a stream of a PDF in which what it is stands.
LONGEST_PDF_HEAD: Final = 4_096
# Characters that an officer asks to have covered in the public copy of an attachment at once.
LONGEST_COVERED: Final = 200
# How often the making of a public copy is tried that a process did not outlive.
MOST_COPY_TRIES: Final = 3
# Pages of a copy that one page of the desk shows; the others follow on further ones.
COPY_PAGES_SHOWN: Final = 10
# Dots across of a page that an officer looks at: a desk's screen.
COPY_DOTS: Final = 900
# Seconds after which a file that no case has is deleted; a filing that is under way is done in one.
ORPHAN_SECONDS: Final = 3600.0

# --- everybody's pages ------------------------------------------------------------------------------------------------

# Cases of one page of the list.
CASES_A_PAGE: Final = 20
# Characters of what is searched for among cases: a sentence.
LONGEST_SEARCH: Final = 120
# Words of it that are looked for.
MOST_SEARCHED_WORDS: Final = 6
# Cases with a word, up to which they are looked up first and then narrowed; more are met in any order.
MOST_FOUND_APART: Final = 2_000
# Appeals that the page of a case leads to; one may be brought against each answer.
MOST_APPEALS: Final = 10
# Cases of a feed.
CASES_A_FEED: Final = 50

# --- forms that are not sent yet --------------------------------------------------------------------------------------

# How long a form waits at the server: a week and the weekend after it.
DRAFT_LASTS: Final = timedelta(days=9)
# Characters of all fields of one form.
LONGEST_DRAFT: Final = 60_000
# Characters of one field that are read at all; whatever is longer than its kind allows is refused with its text kept.
LONGEST_TYPED: Final = 20_000
# Characters of the text that says what a case is about: a dataset, and the longest key of a record.
LONGEST_SUBJECT: Final = 300
# Files that one form brings.
MOST_DRAFT_FILES: Final = 5
# Bytes of all files of forms that were not sent; beyond it files are added once a case is filed.
LARGEST_DRAFTS: Final = 1 << 30
# Seconds after which a file that belongs to no form is one that a killed process left.
DRAFT_ORPHAN_SECONDS: Final = 3_600
# Forms that one address may have looked at before sending, in a quarter of an hour: each asks the box.
MOST_PREVIEWS: Final = 80
# Forms that one address may send in a quarter of an hour: a family behind one line, a service office, never a program.
MOST_FILINGS: Final = 20
# Answers and cases that are shown before a form is sent.
MOST_OFFERS: Final = 4
# Characters of the words that the box is asked with.
LONGEST_OFFERED: Final = 200
# Public cases that are held against the words of a form.
MOST_LIKE: Final = 200
# Letters of a word by which cases are alike; shorter ones stand in every sentence.
SHORTEST_WORD: Final = 3
# Words that two cases share to be alike.
LEAST_SHARED: Final = 2
# Bytes of one line of a calendar (RFC 5545, section 3.1).
LONGEST_LINE: Final = 75

# Characters of where something is: the longest names of streets with their district have eighty.
LONGEST_PLACE: Final = 120
# Places that a search of the city's lists offers: more are narrowed by one more word.
MOST_PLACES: Final = 8
# Places that a search reads, to offer first those whose names hold its words whole.
MOST_PLACES_READ: Final = 80
# Degrees around a point within which some land of the city must lie: about five kilometres.
NEAR_THE_CITY: Final = 0.05
# Decimal places of degrees that are kept of a point that everybody may read: about a hundred metres.
COARSE_PLACES: Final = 3
# Words of a place that are searched for.
MOST_PLACE_WORDS: Final = 6

# --- reports of programs (Open311) ------------------------------------------------------------------------------------

# Kilobytes of a report without photos: the longest texts of a form in UTF-8, percent-encoded, are some ninety.
LARGEST_REPORT_KB: Final = 128
# Kilobytes that a form with photos has around them.
REPORT_FRAME_KB: Final = 256
# Characters of the address of a photo.
LONGEST_MEDIA_ADDRESS: Final = 500
# Signs of the key by which a report is sent again, so that nobody guesses that of another.
FEWEST_REPEAT_SIGNS: Final = 16
# Signs of it at most.
LONGEST_REPEAT_KEY: Final = 100
# Days of one question about reports, as the standard has it.
LONGEST_REPORT_SPAN: Final = 90
# Reports of one answer, as the standard has it.
MOST_REPORTS_A_PAGE: Final = 1_000
# Pages of one question: whoever wants more asks for other days.
FURTHEST_REPORT_PAGE: Final = 1_000
# Numbers of reports in one question.
MOST_REPORT_NUMBERS: Final = 200
# Characters of a description, as the schemas of the standard have it.
LONGEST_REPORT_DESCRIPTION: Final = 4_000

# --- following a case -------------------------------------------------------------------------------------------------

# How long the cookie opens a case after it was opened by its code; every page of it begins anew.
OPEN_LASTS: Final = timedelta(minutes=30)
# Cases that one browser has open at once: those of one household.
MOST_OPEN_CASES: Final = 6
# How long a one-time code opens a case.
CODE_LASTS: Final = timedelta(minutes=15)
# Signs of a one-time code: read off a phone, and guessed in ten tries once in ten million.
CODE_DIGITS: Final = 8
# Characters of a contact: the longest address of mail (RFC 5321).
LONGEST_CONTACT: Final = 254
# Tries that one number takes in a quarter of an hour.
MOST_TRIES_OF_NUMBER: Final = 10
# One-time codes that are asked for of one number in a quarter of an hour: each is a message that costs.
MOST_CODES_OF_NUMBER: Final = 3
# One-time codes that one address asks for in a quarter of an hour.
MOST_CODES_FROM_ADDRESS: Final = 12
# One-time codes that all ask for in a quarter of an hour: what a gateway sends without being blocked.
MOST_CODES_IN_ALL: Final = 600
# Acts of people on their cases from one address in a quarter of an hour.
MOST_STEPS: Final = 40
# Days that a strip shows one by one; a longer clock is told in words.
LONGEST_STRIP: Final = 75
# Desks on the way of a case that stand beside each other on a page.
MOST_WAY: Final = 6
# Points by which a person rates how a case was dealt with.
MOST_STARS: Final = 5

# --- the dataset of cases ---------------------------------------------------------------------------------------------

# Days between two files of a year: each becomes a release that somebody has to approve.
DATASET_EVERY_DAYS: Final = 7
# Days before records of issued documents that were turned down at the desk are handed in again as they were.
RECORDS_REST_DAYS: Final = 7
# Records that are handed in at once: the rest follow in the next round.
MOST_RECORDS: Final = 5_000
# Cases of one kind and unit in a year, below which the unit is not named where the kind is never published; and cases
# of one district or street, below which nothing is told of it.
SMALLEST_GROUP: Final = 5
# Pairs of a street and a district that are read to know where a street lies: a large city has some ten thousand.
MOST_STREETS_COUNTED: Final = 50_000

# --- against programs -------------------------------------------------------------------------------------------------

# Links of a text that is taken at once: a law, a page of this site, a map.
MOST_LINKS: Final = 3
# Seconds that a person needs at least for a text with more of them.
FEWEST_SECONDS: Final = 4
# How often the very same words are taken in a quarter of an hour, from wherever: a family, a petition on paper.
MOST_REPEATS: Final = 5
# Characters from which on the same words count as the same text: «سلام» does not.
SHORTEST_REPEATED: Final = 20
# How far back cases count that are closed or were taken; whatever is open counts.
FIGURES_PERIOD: Final = timedelta(days=365)
# Cases that came longer ago than this are not held against a new one: the place has changed since.
REPEATS_PERIOD: Final = timedelta(days=730)
