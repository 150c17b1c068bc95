"""What can be reached from where, in time that grows with the edges: documents of strangers have graphs of any form."""

from collections.abc import Collection, Iterator, Sequence

Graph = Sequence[Collection[int]]
"""For each node, those that come right after it."""


def components(graph: Graph) -> list[list[int]]:
    """Groups of nodes that reach each other (Tarjan), each group after all that it leads to."""
    found: list[list[int]] = []
    number: dict[int, int] = {}
    lowest: dict[int, int] = {}
    path: list[int] = []
    on_path: set[int] = set()
    for start in range(len(graph)):
        if start in number:
            continue
        work: list[tuple[int, Iterator[int]]] = [_entered(graph, start, number, lowest, path, on_path)]
        while work:
            node, rest = work[-1]
            after = next(rest, None)
            if after is None:
                work.pop()
                if work:
                    lowest[work[-1][0]] = min(lowest[work[-1][0]], lowest[node])
                if lowest[node] == number[node]:
                    found.append(_closed(node, path, on_path))
            elif after not in number:
                work.append(_entered(graph, after, number, lowest, path, on_path))
            elif after in on_path:
                lowest[node] = min(lowest[node], number[after])
    return found


def _entered(
    graph: Graph,
    node: int,
    number: dict[int, int],
    lowest: dict[int, int],
    path: list[int],
    on_path: set[int],
) -> tuple[int, Iterator[int]]:
    number[node] = lowest[node] = len(number)
    path.append(node)
    on_path.add(node)
    return node, iter(graph[node])


def _closed(node: int, path: list[int], on_path: set[int]) -> list[int]:
    group: list[int] = []
    while not group or group[-1] != node:
        group.append(path.pop())
        on_path.discard(group[-1])
    return group


def in_circles(graph: Graph) -> set[int]:
    """The nodes that reach themselves."""
    return {node for group in components(graph) for node in group if len(group) > 1 or node in graph[node]}


def reaches(graph: Graph) -> list[int]:
    """For each node, those that it reaches over one edge or more, as the bits of a number."""
    bits = [0] * len(graph)
    for group in components(graph):
        together = 0
        if len(group) > 1 or group[0] in graph[group[0]]:
            for node in group:
                together |= 1 << node
        for node in group:
            for after in graph[node]:
                together |= bits[after] | 1 << after
        for node in group:
            bits[node] = together
    return bits
