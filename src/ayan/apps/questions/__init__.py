"""What people come with: the home page with its doors, and a page for each question that is asked again and again."""
