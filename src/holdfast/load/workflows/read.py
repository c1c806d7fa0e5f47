"""One file in, one workflow out, and everything that is wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from holdfast.declare import Workflow
from holdfast.load.workflows import grammar
from holdfast.load.workflows.builders import build_workflow
from holdfast.load.workflows.calls import Calls, Find, Limits
from holdfast.load.workflows.check import Checker, Fault
from holdfast.load.workflows.grammar.shapes import Keys
from holdfast.load.workflows.permissions import Levels, beyond_callers
from holdfast.load.workflows.tree import Pairs, TreeError, read_tree
from holdfast.problems import Place

MARKDOWN = ".md"


@dataclass(slots=True)
class Reading:
    """
    Reads workflows and those they call.

    ``find`` gives the bytes of a called one by its name, ``None`` when it is not there;
    ``sources`` is every file that was read.
    """

    grammar: Keys = field(default_factory=grammar.github)
    find: Find | None = None
    limits: Limits = field(default_factory=Limits)
    permissions: Levels | None = None
    """What a workflow that says nothing has; ``None``: anything."""
    faults: list[Fault] = field(default_factory=list)
    sources: dict[str, bytes] = field(default_factory=dict)

    def read(self, content: bytes, file: str) -> Workflow | None:
        """The workflow of a file; ``None`` when it has faults. Never raises."""
        workflow = self.one(content, file, depth=0)
        if workflow is not None and not self.faults:
            self.faults += beyond_callers(workflow, self.permissions)
        if self.faults or workflow is None:
            return None
        return replace(workflow, sources=dict(self.sources))

    def one(self, content: bytes, file: str, depth: int) -> Workflow | None:
        """One file of those that call each other."""
        self.sources[file] = content
        checker = Checker()
        try:
            if file.endswith(MARKDOWN):
                return self._runbook(content, file, depth)
            tree = read_tree(content, file)
        except TreeError as error:
            self.faults.append(Fault(error.place or Place(file, 0, 0), error.message))
            return None
        if tree is None:
            self.faults.append(Fault(Place(file, 1, 1), "A mapping was expected"))
            return None
        plain: Mapping[str, object] = checker.check(tree, self.grammar)
        if checker.faults or not isinstance(tree, Pairs):
            self.faults += checker.faults
            return None
        workflow = self._built(tree, plain, checker, depth)
        self.faults += checker.faults
        return None if checker.faults else workflow

    def _runbook(self, content: bytes, file: str, depth: int) -> Workflow | None:
        """A Markdown runbook; raises ``TreeError``."""
        from holdfast.load.workflows.runbooks import read_runbook

        checker = Checker()
        book = read_runbook(content, file, checker)
        workflow = None
        if book is not None:
            workflow = self._built(book.tree, book.plain, checker, depth)
            workflow = book.told(workflow, checker)
        self.faults += checker.faults
        return None if checker.faults else workflow

    def _built(
        self,
        tree: Pairs,
        plain: Mapping[str, object],
        checker: Checker,
        depth: int,
    ) -> Workflow:
        calls = Calls(self, checker, depth)
        workflow = build_workflow(tree, plain, calls.called, checker.faults)
        if not checker.faults:
            calls.check(workflow, tree)
        return workflow
