"""Continuity: backups, restoring and replaying a city, and the seal of a static copy."""
