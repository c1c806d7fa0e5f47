"""Everything of a project in one process, which stays as its files are."""
