"""What a declared question may hold."""

from typing import Final

# Questions of one page stand in this order: three digits are enough to put one between any two.
HIGHEST_ORDER: Final = 999
# Bars of one chart: more of them are a list, which the explorer has.
MOST_SHOWN: Final = 20

# Events told beside a chart: more of them would stand above it like a page of their own.
MOST_EVENTS: Final = 6
# Letters of one of them: two lines above a chart on a phone.
LONGEST_EVENT: Final = 160
# Letters of a city's reply on the page; what is longer is linked.
LONGEST_REPLY: Final = 1200

# Bands of a number by which rows are told apart.
MOST_BANDS: Final = 8

# Words of a question that are not in every one: by a single one, several pages could be meant.
FEWEST_WORDS: Final = 2
