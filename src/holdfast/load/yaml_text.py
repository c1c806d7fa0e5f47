"""Plain values as YAML that reads back as what they were."""

from typing import Any

import yaml

from holdfast.load.yaml12 import plain


class _Dumper(yaml.SafeDumper):
    """Quotes what would be something else in YAML 1.2, and keeps lines as lines."""

    def ignore_aliases(self, data: Any) -> bool:
        """Write everything out: a person reads it."""
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = None
    if "\n" in text and not any(line.endswith(" ") for line in text.splitlines()):
        style = "|"
    elif plain(text) != text:
        style = '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)


def to_yaml(value: Any) -> str:
    """Mappings, lists and plain values, keys in their order."""
    written: str = yaml.dump(
        value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=96
    )
    return written
