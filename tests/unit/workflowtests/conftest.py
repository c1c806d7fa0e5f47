from pathlib import Path

import pytest

from unit.workflowtests.project import PROJECT, Written


@pytest.fixture
def project(tmp_path: Path) -> Written:
    (tmp_path / "holdfast.yaml").write_text(PROJECT)
    (tmp_path / "workflows").mkdir()
    (tmp_path / "workflow-tests").mkdir()
    return Written(tmp_path)
