"""What a person writes, as typed classes; their docstrings are the reference."""
