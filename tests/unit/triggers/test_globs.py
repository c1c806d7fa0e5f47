"""GitHub's filter patterns, by the examples of its own manual and then some."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.engine.triggers.globs import choose, fits

DOCUMENTED = [
    ("feature/*", "feature/my-branch", True),
    ("feature/*", "feature/beta/my-branch", False),
    ("feature/**", "feature/beta-a/my-branch", True),
    ("feature/**", "feature/", True),
    ("feature/**", "feature", False),
    ("main", "main", True),
    ("main", "mains", False),
    ("*", "main", True),
    ("*", "all/the/branches", False),
    ("**", "all/the/branches", True),
    ("*feature", "mona-feature", True),
    ("*feature", "feature", True),
    ("v2*", "v2", True),
    ("v2*", "v2.0", True),
    ("v2*", "v1", False),
    ("v[12].[0-9]+.[0-9]+", "v1.10.1", True),
    ("v[12].[0-9]+.[0-9]+", "v2.0.0", True),
    ("v[12].[0-9]+.[0-9]+", "v3.0.0", False),
    ("v[12].[0-9]+.[0-9]+", "v1..0", False),
    ("*.jsx?", "page.js", True),
    ("*.jsx?", "page.jsx", True),
    ("*.jsx?", "page.jsy", False),
    ("*.js", "app.js", True),
    ("*.js", "js/index.js", False),
    ("**.js", "src/js/app.js", True),
    ("**.js", "index.js", True),
    ("docs/*", "docs/README.md", True),
    ("docs/*", "docs/a/README.md", False),
    ("docs/**", "docs/mona/octocat.md", True),
    ("docs/**/*.md", "docs/README.md", True),
    ("docs/**/*.md", "docs/a/markdown/file.md", True),
    ("docs/**/*.md", "docsx/file.md", False),
    ("**/docs/**", "docs/hello.md", True),
    ("**/docs/**", "dir/docs/my-file.txt", True),
    ("**/docs/**", "space/docs/plan/space.doc", True),
    ("**/docs/**", "mydocs/x", False),
    ("**/README.md", "README.md", True),
    ("**/README.md", "js/README.md", True),
    ("**/README.md", "xREADME.md", False),
    ("**/*src/**", "a/src/app.js", True),
    ("**/*src/**", "my-src/code/js/app.js", True),
    ("**/*-post.md", "my-post.md", True),
    ("**/*-post.md", "path/their-post.md", True),
    ("**/migrate-*.sql", "migrate-10909.sql", True),
    ("**/migrate-*.sql", "db/sept/migrate-v1.sql", True),
    ("Octoc?t", "Octot", True),
    ("Octoc?t", "Octoct", True),
    ("Octoc?t", "Octocat", False),
    ("[CB]at", "Cat", True),
    ("[CB]at", "Rat", False),
    (r"release\+1", "release+1", True),
    (r"release\+1", "releasee1", False),
    ("a.b", "axb", False),
    ("a+", "aaa", True),
    ("+a", "+a", True),
    ("[a", "[a", True),
    ("[]a]", "]", True),
    ("[z-a]", "-", True),
    ("[a^]", "^", True),
    ("*+", "aa", True),
    ("a++", "a", True),
    ("x\n", "x\n", True),
    ("x", "x\n", False),
]


@pytest.mark.parametrize(("pattern", "name", "wanted"), DOCUMENTED)
def test_a_pattern_fits_as_documented(pattern: str, name: str, *, wanted: bool) -> None:
    assert fits(pattern, name) is wanted


@pytest.mark.parametrize(
    ("patterns", "name", "wanted", "by"),
    [
        (["*.md", "!README.md"], "hello.md", True, "*.md"),
        (["*.md", "!README.md"], "README.md", False, "!README.md"),
        (["*.md", "!README.md"], "docs/hello.md", False, ""),
        (["*.md", "!README.md", "README*"], "README.md", True, "README*"),
        (["!main"], "other", False, ""),
        ([], "main", False, ""),
    ],
)
def test_the_last_pattern_that_fits_decides(
    patterns: list[str], name: str, *, wanted: bool, by: str
) -> None:
    choice = choose(patterns, name)
    assert (choice.chosen, choice.by) == (wanted, by)


@given(st.text(alphabet="ab/*?+[]!-\\^.{}()|$&~", max_size=12), st.text(max_size=8))
def test_any_pattern_can_be_asked(pattern: str, name: str) -> None:
    assert fits(pattern, name) in (True, False)


@given(st.text(max_size=20))
def test_a_name_with_its_signs_taken_away_fits_itself(name: str) -> None:
    assert fits(re.sub(r"([*?+\[\]\\!])", r"\\\1", name), name)
