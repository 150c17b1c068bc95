"""Reachability, held against its definition."""

from hypothesis import given
from hypothesis import strategies as st

from arazzo.graphs import components, in_circles, reaches

graphs = st.integers(0, 7).flatmap(
    lambda size: st.lists(
        st.frozensets(st.integers(0, max(size - 1, 0)), max_size=3), min_size=size, max_size=size
    )
)


def walked(graph: list[frozenset[int]], start: int) -> set[int]:
    seen: set[int] = set()
    waiting = list(graph[start])
    while waiting:
        node = waiting.pop()
        if node not in seen:
            seen.add(node)
            waiting += graph[node]
    return seen


@given(graphs)
def test_what_is_reached_is_what_one_can_walk_to(graph: list[frozenset[int]]) -> None:
    """Over one edge or more; a node in a circle reaches itself."""
    by_walking = [walked(graph, node) for node in range(len(graph))]

    assert by_walking == [{node for node in range(len(graph)) if bits >> node & 1} for bits in reaches(graph)]
    assert in_circles(graph) == {node for node, found in enumerate(by_walking) if node in found}


@given(graphs)
def test_groups_come_after_what_they_lead_to(graph: list[frozenset[int]]) -> None:
    """Each node once, and nothing leads on to a group that comes later."""
    groups = components(graph)
    order = {node: place for place, group in enumerate(groups) for node in group}

    assert sorted(order) == list(range(len(graph)))
    assert all(order[after] <= order[node] for node, afters in enumerate(graph) for after in afters)


def test_a_long_chain_is_no_problem() -> None:
    """There is no recursion."""
    chain = [[node + 1] for node in range(10_000)] + [[]]

    assert set() == in_circles(chain)
    assert 10_001 == len(components(chain))
