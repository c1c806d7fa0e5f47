"""The loop made durable. The only package that may import the durable engine."""
