"""Problems as SARIF 2.1.0, for what shows findings beside the code."""

import json
from collections.abc import Mapping, Sequence

from holdfast import __version__
from holdfast.problems import Problem

_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/"
    "sarif-schema-2.1.0.json"
)


def sarif_of(problems: Sequence[Problem]) -> str:
    """One run with a rule for each code and a result for each problem."""
    codes = sorted({problem.code for problem in problems})
    driver = {
        "name": "holdfast check",
        "semanticVersion": __version__,
        "rules": [{"id": code} for code in codes],
    }
    results = [_result(problem, codes.index(problem.code)) for problem in problems]
    run = {"tool": {"driver": driver}, "results": results}
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=1)


def _result(problem: Problem, rule: int) -> Mapping[str, object]:
    said = (f"{problem.summary}.", problem.detail, problem.next_step)
    result: dict[str, object] = {
        "ruleId": problem.code,
        "ruleIndex": rule,
        "level": problem.severity.value,
        "message": {"text": " ".join(text for text in said if text)},
    }
    if problem.place:
        where = {
            "artifactLocation": {"uri": problem.place.file},
            "region": {
                "startLine": problem.place.line,
                "startColumn": problem.place.column,
            },
        }
        result["locations"] = [{"physicalLocation": where}]
    return result
