"""Assistants: the site's answers as tools of the Model Context Protocol, and the page that says how to connect one."""
