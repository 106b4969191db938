"""Questions in people's words: what they mean in the public grammar, and what is answered; no model of a language."""
