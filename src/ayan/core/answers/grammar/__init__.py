"""The question of the public grammar that a reading is, and those that lie next to it."""
