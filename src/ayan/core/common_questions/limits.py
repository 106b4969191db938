"""What a declared question may hold."""

from typing import Final

# Questions of one page stand in this order: three digits are enough to put one between any two.
HIGHEST_ORDER: Final = 999
# Bars of one chart: more of them are a list, which the explorer has.
MOST_SHOWN: Final = 20

# Words of a question that are not in every one: by a single one, several pages could be meant.
FEWEST_WORDS: Final = 2
