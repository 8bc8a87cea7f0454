"""Waits and computes in turn, and needs memory: a year of sales, held as a table, summed up in one currency."""
import json
import random
from urllib.request import urlopen

from rates import CURRENCIES, URL

REGIONS = ("north", "south", "east", "west")


def handler(event, context):
    months = int(event.get("months", 12))
    rows = int(event.get("rows", 900_000))
    delay_ms = float(event.get("delay_ms", 40))
    rates = [rates_of(month, delay_ms) for month in range(months)]
    table = sales(rows, months, random.Random(event.get("seed", 1)))
    totals = {}
    for sale in table:
        amount = sale["cents"] * rates[sale["month"]][sale["currency"]]
        key = (sale["region"], sale["month"])
        totals[key] = totals.get(key, 0) + amount
    by_region = {region: round(sum(totals.get((region, month), 0) for month in range(months)) / 100, 2) for region in REGIONS}
    best = max(totals, key=totals.get)
    return {"rows": len(table), "totals": by_region, "best": {"region": best[0], "month": best[1] + 1}}


def rates_of(month, delay_ms):
    """One request after the other, as in a loop that somebody wrote before there were many months."""
    with urlopen(f"{URL}?month={month}&delay_ms={delay_ms}", timeout=10) as response:
        return json.load(response)


def sales(rows, months, draw):
    """The whole table at once: simple, and the reason why this function needs memory."""
    number = draw.random
    return [
        {
            "region": REGIONS[int(number() * 4)],
            "month": int(number() * months),
            "currency": CURRENCIES[int(number() * 5)],
            "cents": int(number() * 100_000),
        }
        for _ in range(rows)
    ]
