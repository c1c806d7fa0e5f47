"""Variables that a step hands on to commands elsewhere: plain ones, and secrets by name."""

import re
from collections.abc import Mapping
from typing import Any

from holdfast.engine.steps.output import Redact
from holdfast.engine.steps.work import Setting

_WHOLE = re.compile(r"\$\{\{\s*secrets\.([A-Za-z_][A-Za-z0-9_-]*)\s*\}\}")


def handed_on(setting: Setting) -> dict[str, dict[str, str]]:
    """
    The step's own ``env:``, each as ``{"text": VALUE}`` or ``{"secret": NAME}``.

    One that is exactly one secret is named, by our name for it: whoever hands it on looks
    it up, and plans and the ledger never have its value.
    """
    step, sight = setting.at.step, setting.sight
    written: Any = step.env if isinstance(step.env, Mapping) else {}
    names = setting.at.names
    found: dict[str, dict[str, str]] = {}
    for name, value in sight.texts(step.env).items():
        secret = _WHOLE.fullmatch(str(written.get(name, "")).strip())
        if secret is None:
            found[name] = {"text": value}
        elif names is None or secret[1] in names:
            found[name] = {"secret": names[secret[1]] if names else secret[1]}
    return found


def holding_a_secret(setting: Setting, redact: Redact) -> str:
    """
    What of a command for hosts would hold a secret, by its key; empty: nothing does.

    Commands are shown in plans and kept in the ledger for good.
    """
    step, sight = setting.at.step, setting.sight
    texts = {**setting.fills(), "check": sight.text(step.check)}
    texts["undo"] = sight.text(step.undo)
    for name, one in handed_on(setting).items():
        texts[f"env.{name}"] = one.get("text", "")
    return next((key for key, text in texts.items() if redact(text) != text), "")
