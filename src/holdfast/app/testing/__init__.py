"""Tests of a project's workflows: the deciding is the real one, the world is faked."""
