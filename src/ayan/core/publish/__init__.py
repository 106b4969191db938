"""Publishing: examine a file, prepare a draft, collect approvals, seal, withdraw, erase."""
