"""What a counted survey told: its released figures and comments."""
