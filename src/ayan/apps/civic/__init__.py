"""Pages of their own for the budget, the council and the organisation, over whichever datasets play these parts."""
