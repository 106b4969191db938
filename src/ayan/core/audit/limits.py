"""How much of an outcome is told, and how long a flag may be."""

from __future__ import annotations

from typing import Final

# --- balances ---------------------------------------------------------------------------------------------------------

# Failing groups that an outcome lists; the rest are counted, and a query over the published files finds them.
MOST_GROUPS_SHOWN: Final = 200
# Groups that a trial lists: whoever sends a file is to see where it fails, not to work through a table.
MOST_GROUPS_TRIED: Final = 20

# Seconds that a cluster may take for one balance or flag: the worker waits for it, no reader does.
CLUSTER_AUDIT_SECONDS: Final = 1800.0

# --- flags ------------------------------------------------------------------------------------------------------------

# Days until a finding expires: ten years.
LONGEST_LIFE: Final = 3660
# Characters of a flag's query, which people are to be able to read.
LONGEST_QUERY: Final = 8000
# Findings of one flag that are kept; whatever is beyond is counted, and a flag that fires so often says little.
MOST_FINDINGS: Final = 2000
# Records behind a finding that are listed; further ones are found by the query.
MOST_RECORDS_LISTED: Final = 50

# --- a declaration that is about to change ----------------------------------------------------------------------------

# Seconds for which existing releases are looked through: somebody waits for the page, and it says how far it came.
FIT_SECONDS: Final = 4.0
# Values that are named of those that a list would no longer take.
MOST_VALUES_NAMED: Final = 5
# Memory in which both sides of a balance are added up by their groups; nothing is written aside.
RECONCILING_MEMORY: Final = "1GB"
# Memory in which existing releases are looked through, one column after the other.
FIT_MEMORY: Final = "512MB"
