"""Sources that send by themselves: uploads by token, watched folders, pulls from databases and addresses."""
