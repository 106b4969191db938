"""The control room: settings, addresses and the door for the web server."""
