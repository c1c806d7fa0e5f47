"""load(files) -> Project. Finds, parses and checks, keeping file, line and column."""
