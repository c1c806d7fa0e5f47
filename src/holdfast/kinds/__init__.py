"""One file a managed thing: file, directory, package, service, user, cron, container."""
