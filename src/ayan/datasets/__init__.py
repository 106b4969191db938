"""The tables that come with Ayan: one folder each, with its declaration, code lists, layouts of senders and guide."""
