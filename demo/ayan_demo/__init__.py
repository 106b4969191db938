"""An invented city: consistent tables and the messy files its offices would send, all from one seed."""
