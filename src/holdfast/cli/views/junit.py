"""Problems as JUnit XML, one test case a file."""

from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from holdfast.problems import Problem


def junit_of(
    files: Sequence[str], problems: Sequence[Problem], suite: str = "holdfast check"
) -> str:
    """
    One ``testcase`` a file with its problems as failures.

    ``classname`` is always written: GitLab keys test cases on it.
    """
    names = sorted({*files, *(p.place.file for p in problems if p.place)})
    loose = [problem for problem in problems if not problem.place]
    cases = [_case(name, [p for p in problems if _in(p, name)]) for name in names]
    if loose:
        cases.append(_case("project", loose))
    failed = sum("<failure" in case for case in cases)
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<testsuites><testsuite name={quoteattr(suite)} tests="{len(cases)}" '
        f'failures="{failed}">\n' + "".join(cases) + "</testsuite></testsuites>\n"
    )


def _in(problem: Problem, file: str) -> bool:
    return problem.place is not None and problem.place.file == file


def _case(name: str, problems: Sequence[Problem]) -> str:
    failures = "".join(
        f"<failure type={quoteattr(p.code)} message={quoteattr(str(p))}>"
        f"{escape(p.detail)} {escape(p.next_step)}</failure>"
        for p in problems
    )
    named = quoteattr(name)
    return (
        f"<testcase classname={named} name={named} file={named}>{failures}</testcase>\n"
    )
