"""Check a project without opening it: what would fail when it is run, found before."""

from holdfast.app.checking.project import check_project, schemas

__all__ = ["check_project", "schemas"]
