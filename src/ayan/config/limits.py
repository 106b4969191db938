"""What one process, one answer and one piece of work may take."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

# --- processes --------------------------------------------------------------------------------------------------------

# Megabytes of one process: Django and DuckDB take most of them before a question comes.
LEAST_MEMORY_MB: Final = 256
# Processes for each core; beyond this one only waits for another to leave it.
MOST_PER_CORE: Final = 2
# Looks in a row that find too much before the process leaves: a peak alone is no reason.
MOST_LOOKS_ABOVE: Final = 3
# Seconds that a connection to a database server may take: one that is there answers in a fraction of the first.
CONNECT_SECONDS: Final = 5
# Files that are read at once: each may take the whole memory of a task.
MOST_FILES_AT_ONCE: Final = 16
# Seconds after which a process that found nothing more to do in its queue leaves, if it is not the first of its queue.
IDLE_SECONDS: Final = 60.0
# Seconds that a piece of work waits before a further process is begun for it: by then the others are busy.
WAITED_SECONDS: Final = 1.0
# Seconds before a process that ends again and again is begun anew, each wait twice the one before up to this.
LONGEST_PAUSE: Final = 60.0
# Seconds between two words of the worker to a server's database that it lives.
BEAT_SECONDS: Final = 3.0
# Seconds without such a word after which a worker gives its own place up and begins anew: a busy database is late by
# less, and it is well before another one may come.
UNHEARD_SECONDS: Final = 10.0
# Seconds without a word after which another worker takes the place: the one before has given it up by then, if it can.
SILENT_SECONDS: Final = 20.0
# Seconds between two looks at the index files of a machine, where the store cannot say whether anything changed.
UNMARKED_SECONDS: Final = 30.0
# Words of the last worker that its mark in the city's folder may lack: a folder on the net is late.
MOST_BEATS_BEHIND: Final = 10
# How often a piece of work may be cut short before it is given up: by then it is the work that kills its worker.
MOST_TRIES: Final = 4

# --- the queue of readers ---------------------------------------------------------------------------------------------

# Requests that wait for their turn in one process: at some 20 ms each the last of them is answered in a third of a
# second, and there are threads left for what stands outside the queue.
MOST_WAITING: Final = 16
# Of these, from one address: what one browser asks for at once.
MOST_WAITING_OF_ONE: Final = 8
# Seconds that somebody waits before being told to come again.
LONGEST_WAIT: Final = 10.0
# Processor seconds that one request may take with all its questions.
MOST_PROCESSOR: Final = 6.0
# Processor seconds a second that one address may take of one process while others wait: ten pages a second.
SHARE: Final = 0.25
# Processor seconds that an address which was quiet may take at once: a costly question, or a reader in a hurry.
MOST_CREDIT: Final = 2.0
# Processor seconds that an address may owe: whoever asked for too much is forgiven after some twenty seconds.
MOST_DEBT: Final = 4.0
# Processor seconds that every turn has, of whichever address: what a page takes that asks for little.
LEAST_TURN: Final = 0.02
# Addresses whose share is remembered, the last ones; some 200 bytes each.
MOST_ACCOUNTS: Final = 4_096
# Seconds for which the answer about readiness is believed: whoever asks for it again and again costs nothing.
READY_SECONDS: Final = 2.0
# Seconds that the database has to show itself when readiness is asked for.
DATABASE_SECONDS: Final = 2.0

# --- what is sent -----------------------------------------------------------------------------------------------------

# Threads of a process that may wait for bodies, so that others are left for readers.
BODIES_AT_ONCE: Final = 5
# How many of these may wait for one address.
BODIES_OF_ONE: Final = 3
# Seconds for which a body waits for such a place: a form is read in a hundredth of that.
BODY_PLACE_SECONDS: Final = 0.2
# Seconds that any body has: a form on the worst of lines.
BODY_GRACE_SECONDS: Final = 20.0
# Bytes that buy a long body a second more: a telephone line is enough.
BODY_RATE: Final = 4_096

# --- answers ----------------------------------------------------------------------------------------------------------

# Characters of an address that is kept; a longer one is nobody's second visit.
LONGEST_ADDRESS: Final = 2_000
# Bytes of an answer that is kept; a larger one would push out too many others.
LARGEST_ANSWER: Final = 1 << 20
# Bytes from which an answer is packed; what is smaller fits into one packet anyway.
LEAST_PACKED: Final = 512
# How often a page is begun anew, each time without one more damaged dataset: enough for a bad day of a disk.
MOST_DRAWINGS: Final = 5
# Seconds after which whoever was turned away may come again: by then another download may have ended.
RETRY_SECONDS: Final = 10

# --- health -----------------------------------------------------------------------------------------------------------

# Bytes that should be free on the disk: a release and its index are written before the old ones go.
LEAST_FREE: Final = 2 * 1024**3
# Bytes below which the disk counts as full: even a line of a database may not find room.
FULL_FREE: Final = 128 * 1024**2
# So long after its day an original may still stand: who deletes comes once a day.
LONGEST_OVERDUE: Final = timedelta(days=2)
# Bytes of files that a look without `--deep` reads again, drawn anew each day: a second or two of a disk.
SAMPLE_BYTES: Final = 128 * 1024**2
# Bundles of the log's entries that such a look hashes again, besides the last one.
SAMPLE_BUNDLES: Final = 4
# Outside witnesses that should cosign a city's log: with one, that one and the city could agree.
ENOUGH_WITNESSES: Final = 2
# How old the newest anchor in time may be before that is told of: one is made each day.
ANCHOR_LATE: Final = timedelta(days=3)
# Seconds after which a worker that should show itself every few seconds counts as dead.
SILENT_WORKER: Final = 120
# After how long work that waits is told of: most is done within a minute.
LATE_WORK: Final = timedelta(minutes=15)
# After how long somebody must look: no piece of work takes so long.
STUCK_WORK: Final = timedelta(hours=2)
# Rings that a worker takes in at once, one byte each: more than come while it works.
MOST_RINGS: Final = 4096
# How long a failed piece of work is an error: whoever looks once a day must meet with it.
FRESH_FAILURE: Final = timedelta(days=1)
# How long it is told of.
TOLD_FAILURE: Final = timedelta(days=7)
# After how long a backup is old: a weekly one was missed.
OLD_BACKUP: Final = timedelta(days=8)
# After how long that is an error: a monthly one was missed too.
LAPSED_BACKUP: Final = timedelta(days=32)

# Seconds for which the doctor repeats a request to an object store that does not answer.
DOCTOR_BUCKET_SECONDS: Final = 3.0
# --- many cities in one installation ----------------------------------------------------------------------------------

# Cities whose counts bear their own label, some twenty series each; those of further ones are counted together.
MOST_CITY_LABELS: Final = 1_500
# Cities of one list: more than a country has municipalities.
MOST_HOSTED_CITIES: Final = 4_000
# Characters of a city's code: it names a schema of the database, whose names have 63.
LONGEST_CITY_CODE: Final = 40
# Cities that a process keeps open, however little they take; the one asked for longest ago is closed, and opened again
# in a tenth of a second.
MOST_OPEN_CITIES: Final = 1_000
# Percent of a process's memory from which on it closes cities: before it is full, for then everything is let go.
CITIES_SHARE: Final = 70
# One in so many is closed then: to find what is free again takes a walk through all that a process holds.
CLOSED_AT_ONCE: Final = 3
# Seconds between two looks at that.
CITIES_LOOK_SECONDS: Final = 2.0
# Seconds without a question after which a city's engine lets go of its files: five megabytes and more.
RESTING_SECONDS: Final = 300.0
# Cities of a process whose engines have files open, however lately the others were asked: to open them takes 50 ms.
MOST_AWAKE: Final = 64
# Bytes of the texts of manifests that a process of many cities holds as trees (`core.store.limits`).
MANIFEST_TREES_OF_CITIES: Final = 16 << 20
# The part of what a process keeps of answers that one city may keep.
KEPT_PARTS: Final = 64
# Requests that wait for one city's turn in a process of many: a crowd at one city leaves threads for the others.
MOST_WAITING_OF_CITY: Final = 6
# Downloads of one city at once in such a process.
STREAMS_OF_CITY: Final = 3
# Seconds for which a city that cannot be opened is not tried again.
CLOSED_SECONDS: Final = 5.0
# Bytes of kept answers that every open city may have, whatever the others keep.
LEAST_KEPT_OF_CITY: Final = 1 << 20
# Pieces of work that a process does for one city before it goes on to the next.
MOST_TASKS_OF_ROUND: Final = 20
# Seconds in which it may build indexes for one city before that.
ROUND_SECONDS: Final = 20.0
# Seconds for which a city whose work cannot be done is left alone.
TROUBLED_SECONDS: Final = 30.0
# Characters of a host name (RFC 1035, 2.3.4).
LONGEST_HOST: Final = 253
# Seconds after which the original of a document that no attachment names is one left over: to attach takes a moment.
LONGEST_ATTACHING: Final = 3600.0
# Things that one warning of a diagnosis names, such as paths: whoever mends these finds the others.
MOST_NAMED: Final = 5
# How long before its end an access token of a source is warned of: the department that holds it needs days for
# another.
TOKEN_WARNED_BEFORE: Final = timedelta(days=14)
# Seconds between two marks that a process is alive.
MARK_SECONDS: Final = 15.0
# How long after it was fetched what another portal holds counts as old: a year, and a day where it is a leap year.
HARVEST_OLD: Final = timedelta(days=366)
# How far two clocks of a city may be apart before one of them counts as wrong.
CLOCKS_APART: Final = timedelta(minutes=10)
# Of the machine's memory, what the processes of the site may take together; the rest is for the system's copies of
# files, from which questions are answered, and for publishing.
MEMORY_SHARE: Final = 0.75
# Seconds between two looks at the memory of a process, which grows by no more than a question meanwhile.
MEMORY_LOOK_SECONDS: Final = 5.0
# Threads of one process: one computes, the others wait for their turn or for slow readers, and some are left for what
# stands outside the queue.
MOST_THREADS: Final = 32
# Those of them that downloads may hold while their readers read: most threads stay for pages.
MOST_STREAMS: Final = 6
# Those of them that downloads to one address may hold: nobody takes all.
MOST_STREAMS_OF_ONE: Final = 3
# Seconds between two looks for bodies that come too slowly.
BODY_LOOK_SECONDS: Final = 0.5
# Seconds between two looks at the workers beside the main one.
POOL_LOOK_SECONDS: Final = 0.5
# Seconds that the others have to finish when the main worker stops; it has itself ten.
POOL_STOP_SECONDS: Final = 7.0
# Seconds between two looks for work where there was none: a person may be waiting for it.
WORK_IDLE_SECONDS: Final = 0.5
# Seconds between two looks at what is due by the clock, which is told in minutes.
WORK_LOOK_SECONDS: Final = 60.0
# Seconds in which a process whose main worker is gone has left its place.
PLACE_SECONDS: Final = 5.0
# How long a piece of work that is done or failed is kept: an operator looks back a month.
TASKS_KEPT: Final = timedelta(days=30)
# Work that comes more often than this is kept for no longer: it would hide the other.
FREQUENT_TASKS_KEPT: Final = timedelta(hours=1)
# Seconds between two words of the main worker to the database that it is there.
LEASE_POLL_SECONDS: Final = 0.5
