"""Charts drawn on the server: typed values in, an SVG without script or style out; nothing here knows Django."""
