"""One file a command; each names its :class:`click.Command` ``command``."""
