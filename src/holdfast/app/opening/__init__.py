"""Find a project, and choose its hosts, database and server."""
