#!/usr/bin/env python3
"""Makes `online_retail2_sample.csv.gz` from the full file of purchases (see README.md).

    python3 make_sample.py online_retail2.csv.gz

The input has the columns invoice, datetime, customer_id, stock_code, quantity, unit_price. The output is the same for
the same input: nothing is drawn at random, and the gzip header carries neither a name nor a time.
"""

import collections
import csv
import gzip
import io
import pathlib
import sys

CUSTOMERS = 150
FEWEST_ORDERS, MOST_ORDERS = 5, 120
HEADER = ["invoice", "datetime", "customer_id", "stock_code", "quantity", "unit_price"]


def chosen(rows):
    """Customers at even steps along the ladder of how much was bought, so that small and large ones are there."""
    orders = collections.defaultdict(set)
    spent = collections.Counter()
    for row in rows:
        orders[row["customer_id"]].add(row["invoice"])
        # Thousandths as whole numbers: the order of the ladder must not depend on rounding.
        whole, _, fraction = row["unit_price"].partition(".")
        thousandths = int(whole) * 1000 + int(fraction.ljust(3, "0")[:3])
        spent[row["customer_id"]] += int(row["quantity"]) * thousandths
    fitting = [user for user, known in orders.items() if FEWEST_ORDERS <= len(known) <= MOST_ORDERS]
    ladder = sorted(fitting, key=lambda user: (spent[user], int(user)))
    last = len(ladder) - 1
    return {ladder[step * last // (CUSTOMERS - 1)] for step in range(CUSTOMERS)}


def main():
    source, target = sys.argv[1], pathlib.Path(__file__).parent / "online_retail2_sample.csv.gz"
    with gzip.open(source, "rt", newline="") as file:
        rows = list(csv.DictReader(file))
    users = chosen(rows)
    rows = [row for row in rows if row["customer_id"] in users]
    first = {}
    for row in rows:
        first[row["invoice"]] = min(row["datetime"], first.get(row["invoice"], row["datetime"]))
    # Sorting is stable: an invoice keeps its lines together and in their order.
    rows.sort(key=lambda row: (first[row["invoice"]], row["invoice"]))
    text = io.StringIO()
    writer = csv.DictWriter(text, HEADER, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    with open(target, "wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as packed:
        packed.write(text.getvalue().encode())
    print(f"{len(users)} customers, {len(first)} orders, {len(rows)} rows, {target.stat().st_size} bytes")


if __name__ == "__main__":
    main()
