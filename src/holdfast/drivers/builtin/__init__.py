"""What well-known actions do, done here: they run inside of a step's own process."""

from holdfast.drivers.builtin.archives import Archives
from holdfast.drivers.builtin.checkout import Checkout, check_out, fetch_missing
from holdfast.drivers.builtin.choosing import chosen, shared_folder
from holdfast.drivers.builtin.toolbox import Tool, find_tool, own_python
from holdfast.drivers.builtin.versions import version_of_file

__all__ = [
    "Archives",
    "Checkout",
    "Tool",
    "check_out",
    "chosen",
    "fetch_missing",
    "find_tool",
    "own_python",
    "shared_folder",
    "version_of_file",
]
