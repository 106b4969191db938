"""The control room: settings, addresses and what the web server calls."""
