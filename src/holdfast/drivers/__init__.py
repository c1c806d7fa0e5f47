"""The world itself, one folder for each thing that is asked of it."""
