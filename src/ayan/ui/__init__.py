"""How things look: templates, components, static files and the Persian writing of numbers and dates."""
