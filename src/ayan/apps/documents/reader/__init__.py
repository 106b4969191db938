"""The pages on which people read documents: text beside the drawn page, search within, facts, citation, the bytes."""
