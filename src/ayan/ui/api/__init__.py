"""What answers for programs have in common, whichever app gives them: addresses, headers, refusals, declarations."""
