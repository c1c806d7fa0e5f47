"""Take secrets out of text and of streams of bytes, in every form of them."""

from collections.abc import Callable, Collection, Iterable
from itertools import chain
from threading import Lock

from holdfast.drivers.redaction.finding import Finder
from holdfast.drivers.redaction.forms import SHORTEST, forms

__all__ = ["MASK", "SHORTEST", "Redactor", "StreamRedactor", "hiding"]

MASK = "***"
_OTHER_MASKS = (*range(0x2588, 0x25A0), *range(0xE000, 0xF900))


class StreamRedactor:
    """
    Hides values in bytes that come in pieces.

    Every byte of a form is hidden, and each run of such bytes is one ``***``, wherever
    the pieces are cut: what comes out is the redaction of the whole. Only what may be
    the beginning of a form is held back until more comes.
    """

    def __init__(self, values: Iterable[str]) -> None:
        known = frozenset(form for value in values for form in forms(value))
        self._finder, self._mask = Finder(known), mask_for(known)
        self._held = b""
        self._covered = 0
        self._hiding = False

    def feed(self, part: bytes) -> bytes:
        """The next piece of the stream; answers what may be shown by now."""
        text = self._held + part
        return self._shown(text, self._finder.begun(text))

    def finish(self) -> bytes:
        """The rest; nothing may be fed afterwards."""
        return self._shown(self._held, len(self._held))

    def _shown(self, text: bytes, until: int) -> bytes:
        """Whatever begins before ``until`` has its end in ``text``."""
        spans = [(0, self._covered)] if self._covered else []
        spans += self._finder.spans(text)
        out, at, covered = [], 0, self._covered
        for start, end in spans:
            if start >= until:
                break
            if start > at:
                out.append(text[at:start])
                self._hiding = False
            if not self._hiding:
                out.append(self._mask)
            self._hiding = True
            at, covered = max(at, min(end, until)), max(covered, end)
        if at < until:
            out.append(text[at:until])
            self._hiding = False
        self._covered = max(0, covered - until)
        self._held = text[until:]
        return b"".join(out)


class Redactor:
    """Knows values; forgets none while the process lives. Safe to use from threads."""

    def __init__(self) -> None:
        self._forms: set[bytes] = set()
        self._finder: Finder | None = None
        self._mask = MASK.encode()
        self._lock = Lock()

    def learn(self, value: str) -> None:
        """Hide this value from now on, whole and line by line."""
        new = {form for form in forms(value) if _is_text(form)}
        with self._lock:
            if not new <= self._forms:
                self._forms |= new
                self._finder = None

    def redact(self, text: str) -> str:
        """The text with every known value as ``***``."""
        if not self._forms:
            return text
        raw = text.encode("utf-8", "surrogatepass")
        return self.clean(raw).decode("utf-8", "surrogatepass")

    def clean(self, raw: bytes) -> bytes:
        """The same for bytes that are UTF-8 or nearly so."""
        with self._lock:
            if self._finder is None:
                self._finder = Finder(self._forms)
                self._mask = mask_for(self._forms)
            finder, mask = self._finder, self._mask
        out, at = [], 0
        for start, end in finder.spans(raw):
            out += [raw[at:start], mask]
            at = end
        return b"".join([*out, raw[at:]])


def hiding(values: Iterable[str]) -> Callable[[str], str]:
    """What takes these values out of a text, in every form of them."""
    redactor = Redactor()
    for value in values:
        redactor.learn(value)
    return redactor.redact


def mask_for(known: Collection[bytes]) -> bytes:
    """
    What stands where something was hidden: ``***`` whenever that is safe.

    A value that begins or ends with the mask's own letters could come to stand there
    again, made of the mask and what is beside it: then another letter is taken.
    """
    letters = chain([MASK[0]], map(chr, _OTHER_MASKS))
    masks = ((letter * len(MASK)).encode() for letter in letters)
    return next(mask for mask in masks if not any(_meet(f, mask) for f in known))


def _meet(form: bytes, mask: bytes) -> bool:
    """Whether the form could reach into the mask, or hold it, or be held."""
    if form in mask or mask in form:
        return True
    return any(
        form.startswith(mask[-size:]) or form.endswith(mask[:size])
        for size in range(1, len(mask))
    )


def _is_text(form: bytes) -> bool:
    try:
        form.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return False
    return True
