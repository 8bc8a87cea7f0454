"""Computes: page rank of a generated web, in plain Python. Source: Page, Brin, Motwani, Winograd, 1998."""
import random

DAMPING = 0.85


def handler(event, context):
    pages = int(event.get("pages", 12_000))
    links = int(event.get("links", 10))
    loops = int(event.get("loops", 20))
    graph = web(pages, links, random.Random(event.get("seed", 1)))
    ranks = page_rank(graph, loops)
    top = sorted(range(pages), key=ranks.__getitem__, reverse=True)[:5]
    return {
        "pages": pages,
        "links": sum(map(len, graph)),
        "sum": round(sum(ranks), 9),
        "top": [{"page": page, "rank": round(ranks[page], 6)} for page in top],
    }


def web(pages, links, draw):
    """Links of each page; as on the real web, early pages get more of them."""
    return [[int(pages * draw.random() ** 2) for _ in range(links)] for _ in range(pages)]


def page_rank(graph, loops):
    pages = len(graph)
    ranks = [1 / pages] * pages
    for _ in range(loops):
        new = [(1 - DAMPING) / pages] * pages
        for page, targets in enumerate(graph):
            share = DAMPING * ranks[page] / len(targets)
            for target in targets:
                new[target] += share
        ranks = new
    return ranks
