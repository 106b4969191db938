"""Tags of the fees for templates of other pages."""
