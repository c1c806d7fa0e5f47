"""Other programs that are asked."""
