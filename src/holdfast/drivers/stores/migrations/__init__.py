"""The schemas of the store, one after the other."""
