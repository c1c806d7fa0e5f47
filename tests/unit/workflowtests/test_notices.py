from typing import Any

from holdfast.app.testing.expect import misfits
from holdfast.app.testing.play import Played
from holdfast.app.testing.work import Act
from holdfast.declare import Step, StepFaked, Workflow, WorkflowTestDeclared
from holdfast.load.workflow_tests import WorkflowTest
from holdfast.load.yaml12 import read_yaml
from holdfast.problems import Place

TEXT = b"""\
workflow: ship
expect:
  notified:
    - {channel: "#ops"}
    - {channel: "#ops", text: over}
"""


def played(*sent: dict[str, str]) -> Played:
    step = Step(id="tell", place=Place("w.yaml", 1, 1), uses="holdfast/notify@v1")
    acts = [Act("r1", "a", step, 1, None, one, {}, StepFaked()) for one in sent]
    return Played((), {}, tuple(acts), frozenset(), (), (), ())


def unmet(*sent: dict[str, str]) -> list[tuple[int, str, str]]:
    document = read_yaml(TEXT, "t.yaml")
    value: Any = document.value
    declared = WorkflowTestDeclared.model_validate(value)
    test = WorkflowTest(document, declared, Workflow("w.yaml", "ship"))
    return [
        (one.place.line, one.wanted, one.seen) for one in misfits(test, played(*sent))
    ]


def test_every_notification_is_one_of_those_expected() -> None:
    begun = {"channel": "#ops", "text": "begun"}
    over = {"channel": "#ops", "text": "over"}
    assert unmet(begun, over) == []
    assert unmet(begun) == [
        (5, "channel: #ops, text: over", "nothing else was sent"),
    ]
    assert unmet(begun, over, {"channel": "#dev"}) == [
        (3, "2", "also: channel: #dev"),
    ]
