"""
A small writer of SOPS files, made from the format's description alone.

It shares no code with the reader: the reader must agree with it, and with files that
SOPS itself has written.
"""

import base64
import hashlib
import json
import os
from collections.abc import Mapping
from typing import Any

import pyrage
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

WHEN = "2026-11-23T12:00:00Z"


def written(
    tree: Mapping[str, Any],
    recipients: list[str],
    *,
    only_sealed: bool = False,
    **rules: str,
) -> dict[str, Any]:
    """The document SOPS would write, as plain values."""
    key, said = os.urandom(32), hashlib.sha512()
    if only_sealed:
        said.update(hashlib.sha256(b"sops").digest())
    suffix = rules.get("encrypted_suffix", "")

    def sealed(path: list[str]) -> bool:
        if suffix:
            return any(name.endswith(suffix) for name in path)
        return not any(name.endswith("_unencrypted") for name in path)

    def walk(node: Any, path: list[str]) -> Any:
        if isinstance(node, dict):
            return {name: walk(item, [*path, name]) for name, item in node.items()}
        if isinstance(node, list):
            return [walk(item, path) for item in node]
        if node is None:
            return None
        kind, text = _told(node)
        if sealed(path) or not only_sealed:
            said.update(text)
        return _seal(key, text, kind, ":".join(path) + ":") if sealed(path) else node

    body = walk(tree, [])
    mac = _seal(key, said.hexdigest().upper().encode(), "str", WHEN)
    people = [pyrage.x25519.Recipient.from_str(one) for one in recipients]
    metadata = {
        "age": [
            {
                "recipient": one,
                "enc": pyrage.encrypt(key, people[n : n + 1], armored=True).decode(),
            }
            for n, one in enumerate(recipients)
        ],
        "lastmodified": WHEN,
        "mac": mac,
        **({} if rules else {"unencrypted_suffix": "_unencrypted"}),
        **rules,
        **({"mac_only_encrypted": True} if only_sealed else {}),
        "version": "3.9.0",
    }
    return {**body, "sops": metadata}


def _told(value: Any) -> tuple[str, bytes]:
    if isinstance(value, bool):
        return "bool", b"True" if value else b"False"
    if isinstance(value, int):
        return "int", b"%d" % value
    if isinstance(value, float):
        return "float", f"{value:.15f}".rstrip("0").rstrip(".").encode()
    return "str", value.encode()


def _seal(key: bytes, text: bytes, kind: str, bound: str) -> str:
    if not text:
        return ""
    iv = os.urandom(32)
    maker = Cipher(algorithms.AES(key), modes.GCM(iv)).encryptor()
    maker.authenticate_additional_data(bound.encode())
    data = maker.update(text) + maker.finalize()
    coded = {
        "data": base64.b64encode(data),
        "iv": base64.b64encode(iv),
        "tag": base64.b64encode(maker.tag),
    }
    parts = ",".join(f"{name}:{one.decode()}" for name, one in coded.items())
    return f"ENC[AES256_GCM,{parts},type:{kind}]"


def as_json(document: Mapping[str, Any]) -> str:
    """As SOPS writes JSON."""
    return json.dumps(document, indent="\t")
