"""How long people stay signed in, and how often they may try."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

# --- sessions ---------------------------------------------------------------------------------------------------------

# Without a request for so long, a session is over.
LONGEST_IDLE: Final = timedelta(minutes=30)
# So long after both factors were shown a session is over, however much is asked in it.
LONGEST_SESSION: Final = timedelta(hours=10)

# --- guessing ---------------------------------------------------------------------------------------------------------

# Time over which wrong answers are counted, and for which too many of them keep everybody out.
ATTEMPTS_WINDOW: Final = timedelta(minutes=15)
# Wrong answers from one address for one name.
MOST_WRONG_BY_PAIR: Final = 5
# Wrong answers for one name from wherever its owner has never signed in, all together: enough for an officer who is new
# somewhere, and too few to guess from many addresses. Where the owner has signed in before it counts for nothing.
MOST_WRONG_FOR_NAME: Final = 30
# Wrong answers from one address for any name: more, since a whole office may share it.
MOST_WRONG_FROM_ADDRESS: Final = 60
# So long after the last sign-in there, a browser and an address are known as a person's own.
KNOWN_FOR: Final = timedelta(days=180)
# Addresses of one person that are known, the latest: each has a count of its own for guesses.
MOST_KNOWN: Final = 10
# Wrong second factors in a row, over any time, after which an account is locked until its owner gets a new link.
MOST_WRONG_FACTORS: Final = 20
# Wrong second factors in a row after which the owner is told by mail: whoever tries them knows the password.
LEAST_WRONG_TOLD: Final = 5

# --- single sign-on ---------------------------------------------------------------------------------------------------

# So long somebody may be at the provider before they come back: passwords are looked for, phones fetched.
SIGN_IN_LASTS: Final = timedelta(minutes=10)
# Seconds that one question to the provider may take: an officer waits for it.
PROVIDER_SECONDS: Final = 8
# Bytes of one answer of it: a discovery document or key set has some thousand.
PROVIDER_BYTES: Final = 256 * 1024
# So long what the provider says of itself is believed; a key that is not among those known is asked for at once.
PROVIDER_KEPT: Final = timedelta(minutes=10)
# So long a provider that did not answer is not asked again, so that it holds up nobody who would use a password.
PROVIDER_REST: Final = timedelta(seconds=15)
# Sign-ins by the provider that were begun or came back, from one address in a quarter of an hour.
MOST_PROVIDER_SIGN_INS: Final = 120
# By so much the provider's clock may differ from ours.
CLOCK_DIFFERENCE: Final = timedelta(minutes=2)
# Characters of an ID token: one with many groups has some thousand.
LARGEST_ID_TOKEN: Final = 32 * 1024
# Characters of a subject (OpenID Connect Core 1.0, section 2).
LONGEST_SUBJECT: Final = 255

# --- what one administrator may not do alone --------------------------------------------------------------------------

# Where there is no second administrator: so long the person and whoever reads the audit trail have to object.
ALONE_DELAY: Final = timedelta(hours=24)
# So long a request waits for a second administrator, and so long what was confirmed may be carried out.
REQUEST_LASTS: Final = timedelta(days=7)
# Characters of the reason for which a request is refused: two sentences.
LONGEST_REASON: Final = 500
# What one request may hold: a sheet of people with a role and a link each.
MOST_ITEMS: Final = 500

# The latest last day of a role that has one: whoever stays longer needs no end.
LONGEST_TERM: Final = timedelta(days=5 * 366)

# So long the code holds that confirms another address of one's own: mail may be slow.
CONTACT_LASTS: Final = timedelta(hours=24)
# Wrong codes of one change, after which another has to be asked for.
MOST_CODES: Final = 5

# --- forms ------------------------------------------------------------------------------------------------------------

# Characters of a form that is kept over a new sign-in: it lies in the session.
LONGEST_FORM: Final = 100_000

# So long what is typed into a form is kept for whoever typed it: over a week off.
KEPT_LASTS: Final = timedelta(days=9)
# Forms of one person that are kept, the newest: nobody has more in hand.
MOST_KEPT_FORMS: Final = 100
# Characters of the address by which a form is known.
LONGEST_FORM_NAME: Final = 500

# --- health -----------------------------------------------------------------------------------------------------------

# Seconds for which a look at the health of the site is believed: it reads files.
HEALTH_SECONDS: Final = 30

# --- a sheet of units and people --------------------------------------------------------------------------------------

# Bytes of such a sheet: a workbook of a thousand rows has a tenth of that.
LARGEST_SHEET: Final = 2 << 20
# Rows of it, and so of what is entered as one: a city of sixty units and some hundred people, several roles each.
MOST_SHEET_ROWS: Final = 1_000
# Sheets of a workbook that are looked at.
MOST_SHEETS: Final = 5
# Problems that are shown of one sheet: whoever has more than that has another sheet.
MOST_PROBLEMS: Final = 200
# How long an invitation holds: whoever gets it before a weekend can still use it after.
INVITATION_LASTS: Final = timedelta(days=3)
# How long before the end of a session the page says so: enough to finish a sentence and to go on.
WARNED_BEFORE: Final = timedelta(minutes=2)
# How long after the password the second factor is waited for: a telephone has to be found.
SECOND_FACTOR_LASTS: Final = timedelta(minutes=5)
# How long after signing in a person may change how they sign in; later whoever sits there signs in anew.
FRESH_SIGN_IN: Final = timedelta(minutes=10)
# How long after it was typed a text is offered again; then it is forgotten: the next working day begins without it.
TYPED_TEXT_LASTS: Final = timedelta(hours=12)
# How long it is kept who was invited: nobody needs to know for longer.
INVITATIONS_REMEMBERED: Final = timedelta(days=400)
# How long before its last day whoever holds a role is told that it ends: a week in which another act can be signed.
TERM_WARNED: Final = timedelta(days=7)
# Messages of one page.
MESSAGES_SHOWN: Final = 50
# Requests of a list, the latest; all of them stand in the audit trail.
REQUESTS_SHOWN: Final = 100
# Acts of one page of the audit trail, which is looked through for one of them.
TRAIL_PAGE: Final = 100
# Bytes of a workbook of units and people once it is unpacked, so that a small file cannot unfold without end.
UNPACKED_SHEET: Final = 16 << 20
# Cells of its sheets: empty ones between the others count too.
MOST_SHEET_CELLS: Final = 200_000
# Columns of it; those that mean something here are a dozen.
MOST_SHEET_COLUMNS: Final = 100
# Characters of one of its cells: a name, an address, a list of tables.
LONGEST_SHEET_CELL: Final = 2_000
