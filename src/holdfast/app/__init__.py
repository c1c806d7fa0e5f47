"""Settings in, a wired application out. The only package that names concrete drivers."""
