"""What is GitLab's alone."""
