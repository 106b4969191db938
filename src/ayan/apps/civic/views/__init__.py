"""The pages: of the budget, of the council, of the organisation."""
