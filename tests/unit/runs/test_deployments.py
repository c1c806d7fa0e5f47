"""A job with an environment is a deployment to it, unless it says that it is none."""

from typing import Any

import pytest

from holdfast.engine.runs.gatekeeper import Gatekeeper
from holdfast.gate import rules_from
from holdfast.model import Event, State
from unit.runs.test_steps import Shop, sh, shop

__all__ = ["shop"]


@pytest.fixture(autouse=True)
def declared(shop: Shop) -> None:
    """An environment without rules, that holds nobody back."""
    rules = rules_from({"prod": {}})
    shop.world.keeper.gatekeeper = Gatekeeper(rules)


SETS = 'echo "page=https://shop.example/$((6 * 7))" >> "$GITHUB_OUTPUT"'
URL = "${{ steps.a.outputs.page }}"


@pytest.mark.parametrize(
    ("written", "known"),
    [
        (None, {}),
        ("prod", {"environment": "prod"}),
        ({"name": "${{ inputs.where }}"}, {"environment": "prod"}),
        (
            {"name": "prod", "url": URL},
            {"environment": "prod", "url": "https://shop.example/42"},
        ),
        ({"name": "prod", "url": URL, "deployment": False}, {}),
        ({"name": "prod", "deployment": "${{ inputs.where == 'test' }}"}, {}),
        (
            {"name": "prod", "deployment": "${{ inputs.where == 'prod' }}"},
            {"environment": "prod"},
        ),
    ],
)
def test_what_a_job_deployed_is_in_the_ledger(
    shop: Shop, written: Any, known: dict[str, str]
) -> None:
    run = shop.run(sh(SETS, "a"), inputs={"where": "prod"}, environment=written)
    job = shop.world.view(run).jobs["j"]
    assert job.state is State.SUCCEEDED
    assert job.deployment == known


def test_an_address_with_a_secret_in_it_is_left_out(shop: Shop) -> None:
    mask = (
        'echo "::add-mask::made-here-42"; echo "page=made-here-42" >> "$GITHUB_OUTPUT"'
    )
    run = shop.run(sh(mask, "a"), environment={"name": "prod", "url": URL})
    assert shop.world.view(run).jobs["j"].deployment == {"environment": "prod"}
    assert "made-here" not in str(shop.world.store.ledger.of_run(run))


def test_an_address_that_cannot_be_worked_out_is_a_failure(shop: Shop) -> None:
    url = "${{ fromJSON('{') }}"
    run = shop.run(sh("true", "a"), environment={"name": "prod", "url": url})
    (ended,) = (
        entry
        for entry in shop.world.store.ledger.of_run(run)
        if entry.event is Event.JOB_ENDED
    )
    assert ended.body["state"] == "failed"
    assert "its environment is not clear" in str(ended.body["why"])
