"""What is GitHub's alone."""
