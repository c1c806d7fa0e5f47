"""What people and machines are shown; pure: values in, text or data out."""
