"""Publishing: prepare a draft, collect approvals, seal, withdraw."""
