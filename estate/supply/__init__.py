"""What the project is made of: packages, and the licences that they have."""
