"""Secrets in files of the project that SOPS encrypted for age recipients."""

import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from holdfast.drivers.secrets.fingerprint import fingerprint
from holdfast.drivers.secrets.identity import AgeIdentities
from holdfast.drivers.secrets.sops_tree import SopsFault, opened, plain_number
from holdfast.model import Sensitive
from holdfast.ports import SecretSource
from holdfast.problems import HoldfastError, Problem

_LARGEST = 1 << 20


class SopsSecrets:
    """
    ``sops:file.yaml#a/b`` is the value of ``b`` below ``a``; YAML and JSON.

    The data key is opened with the project's age identities, or those SOPS itself would
    take: ``SOPS_AGE_KEY`` and ``SOPS_AGE_KEY_FILE``.
    """

    name = "sops"

    def __init__(
        self,
        root: Path,
        identities: AgeIdentities,
        key: bytes,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self._root, self._identities, self._key = root.resolve(), identities, key
        self._environ = os.environ if environ is None else environ

    def open(self, place: str, /) -> Sensitive | None:
        """
        One value, once the MAC of the whole file was found right.

        ``place`` is ``file#key.key``; ``None`` where there is no such file or key. Raises
        ``HoldfastError`` for another form, and for a file that cannot be opened.
        """
        file, hashed, keys = place.partition("#")
        path = (self._root / file).resolve()
        if not hashed or not path.is_relative_to(self._root):
            raise HoldfastError(_bad_reference(place))
        if not path.is_file():
            return None
        try:
            document, metadata = _read(path)
            tree = opened(document, metadata, self._data_key(metadata, path))
            value = _at(tree, keys)
        except SopsFault as fault:
            raise HoldfastError(_faulty(path, str(fault))) from fault
        if value is None:
            return None
        return Sensitive(place, fingerprint(self.name, self._key, value), value)

    def _data_key(self, metadata: Mapping[str, Any], path: Path) -> bytes:
        if metadata.get("key_groups"):
            raise SopsFault("its key is split among groups, which is not supported")
        entries = metadata.get("age") or []
        sealed = [str(e["enc"]).encode() for e in entries if isinstance(e, Mapping)]
        if not sealed:
            raise HoldfastError(_no_age(path))
        import pyrage

        known = [pyrage.x25519.Identity.from_str(one) for one in self._known(path)]
        for one in sealed:
            try:
                key: bytes = pyrage.decrypt(one, known)
            except pyrage.DecryptError:
                continue
            return key
        told = [str(e.get("recipient")) for e in entries if isinstance(e, Mapping)]
        raise HoldfastError(_not_for_us(path, told))

    def _known(self, path: Path) -> tuple[str, ...]:
        told = self._environ.get("SOPS_AGE_KEY", "")
        named = self._environ.get("SOPS_AGE_KEY_FILE", "")
        if named:
            told += (
                Path(named).read_text(encoding="utf-8") if Path(named).is_file() else ""
            )
        own = tuple(re.findall(r"AGE-SECRET-KEY-1[0-9A-Z]+", told))
        if own and not self._identities.there:
            return own
        return own + self._identities.read(path)


def _read(path: Path) -> tuple[dict[str, Any], Mapping[str, Any]]:
    """What is sealed, and how."""
    if path.stat().st_size > _LARGEST:
        raise SopsFault(f"it has more than {_LARGEST} bytes")
    text = path.read_text(encoding="utf-8", errors="surrogateescape")
    try:
        if path.suffix == ".json":
            document = json.loads(text, parse_int=float)
        else:
            document = _yaml(text)
    except (ValueError, RecursionError, yaml.YAMLError) as error:
        raise SopsFault("it cannot be read as " + path.suffix.lstrip(".")) from error
    if not isinstance(document, dict):
        raise SopsFault("it holds no keys with values")
    metadata = document.pop("sops", None)
    if not isinstance(metadata, Mapping):
        raise SopsFault("it was not encrypted by SOPS")
    return document, metadata


class _Core(yaml.SafeLoader):
    """YAML 1.2's core schema: what SOPS takes values for, but for dates."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 - the library's own name


for _tag, _words, _first in (
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("bool", r"true|True|TRUE|false|False|FALSE", list("tTfF")),
    ("int", r"[-+]?[0-9]+|0x[0-9a-fA-F]+", list("-+0123456789")),
    (
        "float",
        r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?",
        list("-+.0123456789"),
    ),
):
    _Core.add_implicit_resolver(
        f"tag:yaml.org,2002:{_tag}", re.compile(f"^(?:{_words})$"), _first
    )


def _yaml(text: str) -> Any:
    """One document without aliases: a small file could say a large one with them."""
    if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, _Core)):
        raise SopsFault("it uses aliases, which is not supported")
    return yaml.load(text, _Core)  # noqa: S506 - a SafeLoader with other words


def _at(tree: Any, keys: str) -> str | None:
    """The value at ``a/b/0``, as text."""
    for key in keys.split("/"):
        if isinstance(tree, Mapping):
            tree = tree.get(key)
        elif isinstance(tree, list) and key.isdecimal() and int(key) < len(tree):
            tree = tree[int(key)]
        else:
            return None
    if isinstance(tree, Mapping | list):
        raise SopsFault(f"{keys} holds several values; name one of them")
    match tree:
        case bool():
            return "true" if tree else "false"
        case float():
            return plain_number(tree)
        case bytes():
            return tree.decode("utf-8", "surrogateescape")
        case None:
            return None
        case _:
            return str(tree)


def _bad_reference(place: str) -> Problem:
    return Problem(
        code="secret.bad-reference",
        summary=f"`sops:{place}` names no value of a file of the project",
        detail="Wanted is sops:FILE#KEY/KEY, with the file below the project's folder.",
        next_step="sops:secrets/shop.yaml#db/password",
    )


def _faulty(path: Path, why: str) -> Problem:
    return Problem(
        code="secret.sops-faulty",
        summary=f"{path.name} cannot be used",
        detail=f"{path}: {why}. Nothing of it was used.",
        next_step=f"Look with SOPS itself: sops decrypt {path.name}",
    )


def _no_age(path: Path) -> Problem:
    return Problem(
        code="secret.sops-no-age",
        summary=f"{path.name} is not encrypted for any age recipient",
        detail=f"{path}: other keys of SOPS (PGP, KMS) are not supported.",
        next_step=f"sops rotate --in-place --add-age age1... {path.name}",
    )


def _not_for_us(path: Path, recipients: list[str]) -> Problem:
    return Problem(
        code="secret.sops-not-for-us",
        summary=f"{path.name} is encrypted for others",
        detail=f"{path}: it is for {', '.join(recipients)}; no identity here fits.",
        next_step="Put the identity into SOPS_AGE_KEY_FILE or HOLDFAST_AGE_IDENTITY_FILE.",
    )


_: type[SecretSource] = SopsSecrets
