"""The conductor: prepare a draft, collect approvals, seal, withdraw."""
