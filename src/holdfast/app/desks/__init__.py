"""What people ask of a project and do with it, over its store in this process."""
