"""An inventory of Ansible, read natively."""

from holdfast.load.ansible.inventory import read_inventory

__all__ = ["read_inventory"]
