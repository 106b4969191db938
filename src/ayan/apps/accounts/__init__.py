"""The staff: who may sign in at the desk."""
