"""What the reading of one question may hold and take."""

from __future__ import annotations

from typing import Final

# --- asked ------------------------------------------------------------------------------------------------------------

# Characters of a question that are read: what is longer is a text and no question.
LONGEST_QUESTION: Final = 200
# Words of it.
MOST_WORDS: Final = 32
# Words that one form of the lexicon or one name may hold.
LONGEST_FORM: Final = 7
# Letters of a word that is read as a verb with its prefix and its person.
SHORTEST_VERB: Final = 6
# Letters that an ending must leave of a word; of a plural in «ها» two do.
SHORTEST_STEM: Final = 3
# Those that the plural of the spoken language leaves: «سگا».
SHORTEST_PLURAL: Final = 2
# Words by which a body that decides is called.
MOST_OF_A_BODY: Final = 4
# Letters of a word that may be misspelt, and of one that may be two words glued together.
SHORTEST_MISSPELT: Final = 3
# Those of an English one: shorter ones are soon another English word, "free" a "tree".
SHORTEST_LATIN_MISSPELT: Final = 5
# Letters of a misspelt word that may be one of grammar: a name is soon taken for a short one («امام» for «تمام»).
SHORTEST_OF_GRAMMAR: Final = 5
# Unknown words of a question that may all be misspelt: with more of them it is a text about something else.
MOST_MISSPELT: Final = 6
# Characters of the number of a record.
LONGEST_CODE: Final = 40
# Such numbers of one question that are looked up, each in every dataset.
MOST_CODES: Final = 4
# Letters of a word that may be Persian in Latin letters: shorter ones meet English words by chance.
SHORTEST_LATIN: Final = 3
# Datasets in which a number is looked for that names none: each costs as much as a question of its own.
MOST_NUMBERED: Final = 5
# Letters from which a word may be several written as one.
SHORTEST_GLUED: Final = 5
# Words of a term of which one may be glued to what stands beside it: terms are of two words, few of more.
MOST_GLUED_TERM: Final = 3
# Letters of neighbours that are known words and may still be one word split: shorter ones meet by chance.
SHORTEST_JOINED: Final = 7

# --- known ------------------------------------------------------------------------------------------------------------

# Different values of one field that names are taken from, the commonest first.
MOST_NAMES: Final = 4_000
# Different values of a column without a role that are still names of sorts or places.
MOST_SORTS: Final = 400
# Rows for each of them at least: values that stand once are texts.
MEAN_REPEATS: Final = 2
# Rows up to which a dataset's titles are read for the words they hold.
MOST_TITLES: Final = 20_000
# Words of a name that somebody writes in whole.
LONGEST_NAME: Final = 8
# Words by which a unit is called in English.
LONGEST_UNIT: Final = 9
# Those of one of its forms.
LONGEST_UNIT_WORD: Final = 3
# Characters of a title that is taken for a name; longer ones are sentences.
LONGEST_TITLE: Final = 80
# Things with one word of a question in their names that are looked at to find the one that is meant.
MOST_BEARERS: Final = 400
# Words whose meanings and places in names are kept of those that were asked for last: a few hundred questions' worth.
KEPT_WORDS: Final = 4_000
# Forms of the lexicon whose words are kept: about as many as there are.
KEPT_FORMS: Final = 8_000
# Lexicons that are kept: that of all datasets, and that of those which are sound while some are damaged.
MOST_LEXICONS: Final = 2
# Seconds for which a look at every state is believed while the mark of the store stays: folders may be moved by hand.
BELIEVED_SECONDS: Final = 1.0
# Seconds between two looks at whether something was published, where a thread makes the lexicon ahead.
LOOK_SECONDS: Final = 2.0
# Seconds that a process which is to end waits for it to leave the dataset that it is at.
LEAVE_SECONDS: Final = 5.0
# Seconds until the names of a table are asked for again that was too busy to tell them.
AGAIN_SECONDS: Final = 15.0
# Periods of one dataset that its years are read from: a century of years, three decades of months.
MOST_PERIODS: Final = 400

# --- answered ---------------------------------------------------------------------------------------------------------

# Answers given to one question: more of them are a list of datasets, which stands below.
MOST_ANSWERS: Final = 4
# Those that are given where there are as many ways to read it, or to answer it.
FEWEST_ANSWERS: Final = 3
# Processor seconds that those besides the first readings may take: they are left away where the first took long.
FURTHER_PROCESSOR: Final = 0.08
# Those that the parts of a question may take that are asked by themselves, one figure to be set against another, where
# nobody allows less: a page does, and says so where they are used up.
COMPOSED_PROCESSOR: Final = 0.5
# Conditions of rows of which one is left out where no row meets all: of fewer nothing would be left.
FEWEST_CONDITIONS: Final = 2
# Services of a city whose English titles are held against the words of a question: a page of rows.
MOST_SERVICES: Final = 500
# Groups whose part of the whole is told together: of more of them the list says it.
MOST_LEADING: Final = 50
# Groups that are ordered by a share of theirs, which the grammar cannot: all of them are asked, or none.
MOST_SHARED: Final = 1_000
# Days that something may be late by, in a question: three decades.
MOST_DAYS: Final = 11_000
# Pairs of days that delays are reckoned from: with more of them it would take too long.
MOST_PAIRS: Final = 2_000
# Groups that are held against all there are, to tell those that have no row.
MOST_GROUPS: Final = 200
# Those without a row that are named.
MOST_ABSENT: Final = 12
# Words of a question that are looked for in rows, too, where none of them asks.
FEW_WORDS: Final = 3
# Readings that are run for it where they are equally good.
MOST_READINGS: Final = 2
# Readings that are tried where the first finds no rows.
MOST_TRIED: Final = 4
# Rows or groups that an answer shows.
SHORT_LIST: Final = 5
# Those of a superlative in the plural.
LONG_LIST: Final = 10
# Groups along time: twelve months of five years.
LONG_SERIES: Final = 60
# Values of a column that words of a question may mean together, so that their rows are added up.
MOST_VALUES: Final = 20
# Rows that hold some words, among which those are looked for that are called so.
MOST_POINTED: Final = 60
# Values of a condition that its sentence says one by one.
MOST_SAID: Final = 8
# Those that are said of more.
FEW_SAID: Final = 3
# Different records that rows point to, of which whoever they are of is looked up.
MOST_POINTING: Final = 2_000
# Records of another table that rows may point to together.
MOST_JOINED: Final = 200
# Those that are named one by one.
MOST_NAMED: Final = 3
# Groups without a legal number among which a company is looked for that is called one.
MOST_UNNUMBERED: Final = 12
# Other values that a part of a question may be changed to.
MOST_OPTIONS: Final = 12
# Other measures that it may be changed to.
MOST_MEASURES: Final = 8
# Words that must stand in a title together to name it: a single one stands in many.
FEWEST_OF_A_TITLE: Final = 2
# Words without a meaning that rows are looked up by.
MOST_HELD: Final = 3
# Ways to write some words that are looked for in the texts of rows: each costs a question of the grammar.
MOST_WORDINGS: Final = 6
# Seconds that an engine may take for one answer.
ANSWER_SECONDS: Final = 2.0
# Tables in which a word may be a value before it is too general to be part of what a value of another one is called.
MOST_OF_A_VALUE: Final = 2
# Names that some English words may be together: what may be more of them says none.
MOST_ENGLISH_NAMES: Final = 6
# Ways to say some English words in Persian that are tried: each is looked for in all names.
MOST_ENGLISH_WAYS: Final = 12
# Pieces behind a word for any unit that may be the name of one.
MOST_OF_A_UNIT: Final = 4

# Rows whose values of the column that is asked for are told together: more are read in the rows.
MOST_TOLD_ROWS: Final = 3
# Columns of the one row that was found, told in its sentence: more are read in the row itself.
MOST_TOLD_COLUMNS: Final = 3
