"""One holder at a time, tokens that only grow, nothing held for ever."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from fakes import NOW
from holdfast.drivers.stores import Store

HOUR = timedelta(hours=1)


def test_a_claim_keeps_others_out_until_it_ends(store: Store) -> None:
    first = store.claims.acquire("host:a", "ann", "disk", NOW, NOW + HOUR)
    assert first.holder == "ann"
    assert store.claims.acquire("host:a", "bob", "x", NOW, NOW + HOUR).holder == "ann"
    later = NOW + 2 * HOUR
    second = store.claims.acquire("host:a", "bob", "x", later, later + HOUR)
    assert second.holder == "bob"
    assert second.token > first.token


def test_only_the_holder_gives_it_back(store: Store) -> None:
    store.claims.acquire("host:a", "ann", "disk", NOW, NOW + HOUR)
    assert not store.claims.release("host:a", "bob")
    assert [claim.holder for claim in store.claims.held(NOW)] == ["ann"]
    assert store.claims.release("host:a", "ann")
    assert store.claims.held(NOW) == ()


def test_of_many_at_once_one_gets_it(store: Store) -> None:
    def take(who: int) -> str:
        name = f"w{who}"
        return store.claims.acquire("host:a", name, "x", NOW, NOW + HOUR).holder

    with ThreadPoolExecutor(8) as pool:
        holders = set(pool.map(take, range(24)))
    assert len(holders) == 1
