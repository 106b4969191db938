"""How the city is: one list of checks, a module a subject, for the doctor's command, the page of health and timers."""
