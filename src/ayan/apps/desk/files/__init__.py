"""Files on their way in and kept: taken piece by piece, read back from the workbook of bad rows, given out again."""
