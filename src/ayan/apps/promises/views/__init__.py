"""The pages of the promises."""
