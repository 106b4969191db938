"""What an approver sees, compares and decides, now or in advance."""
