"""``holdfast explain``: what an error code means."""

from importlib.resources import files

import click

from holdfast.cli import options
from holdfast.problems import Exit, did_you_mean


@click.command("explain")
@click.argument("code")
@options.exits(0, 64)
def command(code: str) -> int:
    """Explain an error CODE as it is printed, `load.unknown-key` for instance."""
    pages = _pages()
    if code not in pages:
        message = f"There is no code `{code}`. {did_you_mean(code, pages)}"
        raise click.UsageError(message)
    click.echo(f"{code}\n\n{pages[code]}")
    return Exit.DONE


def _pages() -> dict[str, str]:
    """The text below each heading of the page of problems, by its code."""
    page = files("holdfast").joinpath("cli/problems.md").read_text(encoding="utf-8")
    sections = page.split("\n## ")[1:]
    split = (section.partition("\n") for section in sections)
    return {code.strip(): text.strip() for code, _, text in split}
