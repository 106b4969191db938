"""The pages of tables at the desk."""
