"""The world itself: hosts, secrets, stores."""
