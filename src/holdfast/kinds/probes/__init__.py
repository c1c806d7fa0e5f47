"""Questions to hosts, one sort a file; each is one piece of sh for any number of things."""
