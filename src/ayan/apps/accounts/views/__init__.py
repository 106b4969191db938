"""The pages of the desk that are about people: signing in, one's own account, everybody's grants, the trail."""
