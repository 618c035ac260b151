#!/usr/bin/env python3
"""The checker of the chaos run: plain SQL and arithmetic, and nothing of the engine.

It knows what the writers asked and what they were told (tests/src/chaos.rs), and what stands in the tables. It finds
what was acknowledged and is not there (lost), what is there twice (doubled), what nobody asked for or was told is not
done and is there all the same (phantom), numbers below zero, codes that are there twice, and sums that do not add up.
"""
import collections
import copy
import json
import subprocess


def query(socket, sql, database=""):
    """The rows of an answer, as texts and None."""
    command = ["mariadb", "--no-defaults", "--socket=" + socket, "--user=root", "--batch", "--raw",
               "--skip-column-names", "-e", sql, database]
    out = subprocess.run(command, check=True, capture_output=True, text=True, timeout=120).stdout
    return [[None if cell == "NULL" else cell for cell in line.split("\t")] for line in out.splitlines()]


TABLES = {
    "entries": ("loyalty_transactions", "id, user_id, transaction_type, points_amount, balance_after, "
                "order_id, description"),
    "users": ("loyalty_users", "user_id, balance, debt, entries, referral_code"),
    "lots": ("loyalty_transactions WHERE remaining IS NOT NULL", "id, user_id, points_amount AS points, remaining"),
    "lot_uses": ("loyalty_lot_uses", "entry_id, lot_id, points"),
    "orders": ("loyalty_orders known JOIN loyalty_transactions entry ON entry.id = known.entry_id "
               "LEFT JOIN loyalty_order_standings own "
               "ON own.entry_id = known.entry_id AND own.order_id = known.order_id",
               "known.order_id, entry.user_id, known.entry_id, IFNULL(own.points,entry.points_amount) AS points, "
               "IFNULL(own.refunded,0) AS refunded, IFNULL(own.amount,entry.amount) AS amount, "
               "IFNULL(own.reversed,0) AS reversed"),
    "redemptions": ("loyalty_redemptions", "id, user_id, reward_id, points_spent, order_id, quantity"),
    "coupons": ("loyalty_coupons", "id, code, used_count, max_uses"),
    "uses": ("loyalty_coupon_uses", "id, coupon_id, order_id, state"),
    "rewards": ("loyalty_rewards", "id, used, stock, max_uses"),
    "keys": ("loyalty_answers", "operation, request_key, outcome"),
}


def load(socket, database):
    """The tables as lists of dictionaries; numbers are numbers."""
    data = {}
    for name, (table, columns) in TABLES.items():
        names = [column.split(" AS ")[-1].split(".")[-1] for column in columns.split(", ")]
        texts = {"transaction_type", "order_id", "description", "referral_code", "code", "operation", "request_key"}
        rows = query(socket, f"SELECT {columns} FROM {table} ORDER BY 1, 2", database)
        data[name] = [{key: cell if key in texts or cell is None else int(cell) for key, cell in zip(names, row)}
                      for row in rows]
    return data


def read_notes(files):
    """What each writer asked and was told, by its label."""
    requests, ends = {}, []
    for file in files:
        name = file.rsplit("/", 1)[-1].removesuffix(".jsonl")
        for line in open(file, encoding="utf-8"):
            note = json.loads(line)
            if "end" in note:
                ends.append(note)
                continue
            label = f"{name}-{note['n']}"
            if "ask" in note:
                requests[label] = {"act": note["ask"], "arguments": note["arguments"], "ok": [], "error": None,
                                   "unknown": 0}
            elif "ok" in note:
                requests[label]["ok"].append(note["ok"])
            elif "unknown" in note:
                requests[label]["unknown"] += 1
            else:
                requests[label]["error"] = note["error"]
    return requests, ends


def effects(data):
    """What was done, by what it was asked with: act and label, and each time the number of the row."""
    done = collections.defaultdict(list)
    for entry in data["entries"]:
        if entry["transaction_type"] == "earn" and entry["order_id"]:
            done["earn", entry["order_id"]].append((entry["id"], entry["points_amount"]))
        if entry["transaction_type"] == "bonus" and "-" in (entry["description"] or ""):
            done["bonus", entry["description"]].append((entry["id"], entry["points_amount"]))
    for row in data["redemptions"]:
        done["redeem", row["order_id"]].append((row["id"], row["points_spent"]))
    for row in data["uses"]:
        done["use", row["order_id"]].append((row["id"], 0))
    for row in data["keys"]:
        act = {"transfer_points": "transfer", "refund_order": "refund"}.get(row["operation"])
        if act and row["outcome"] == 1:
            done[act, row["request_key"]].append((0, 0))
    return done


def asked(requests, data):
    """Whether each request was done as its writer was told."""
    lost, doubled, phantom = [], [], []
    done = effects(data)
    entries = {entry["id"]: entry for entry in data["entries"]}
    orders = {order["order_id"]: order for order in data["orders"]}
    for label, request in requests.items():
        act, found = request["act"], done.pop((request["act"], label), [])
        if len(found) > 1:
            doubled.append(f"{act} {label}: {len(found)} times")
        if not request["ok"]:
            if found and request["unknown"] == 0:
                phantom.append(f"{act} {label} was told {request['error']} and is there")
            continue
        if not found:
            lost.append(f"{act} {label} was acknowledged and is not there")
            continue
        first = {key: value for key, value in request["ok"][0].items() if key != "replayed"}
        if any({key: value for key, value in reply.items() if key != "replayed"} != first for reply in request["ok"]):
            doubled.append(f"{act} {label} was answered in two ways")
        number, points = found[0]
        told = {"earn": ("transaction_id", "points_earned"), "bonus": ("transaction_id", None),
                "redeem": ("redemption_id", "points_spent")}.get(act)
        if told and first[told[0]] != number:
            lost.append(f"{act} {label} was told number {first[told[0]]} and has {number}")
        if told and told[1] and first[told[1]] != points:
            lost.append(f"{act} {label} was told {first[told[1]]} points and has {points}")
        if act == "transfer":
            given = entries.get(first["transaction_id"])
            taken = [entries.get(number) for number in first["received_ids"]]
            if given is None or None in taken or -given["points_amount"] != sum(e["points_amount"] for e in taken):
                lost.append(f"transfer {label} has not both its sides")
        if act == "refund":
            order = orders.get(request["arguments"]["order_id"])
            if order is None or order["refunded"] != order["amount"] or first["transaction_id"] not in entries:
                lost.append(f"refund {label} is not there")
    phantom += [f"{act} {label}: nobody asked for it" for act, label in done]
    return lost, doubled, phantom


def sums(data):
    """What does not add up, what is below zero, and codes that are there twice."""
    wrong, negative, codes = [], [], []
    by_user, open_points, from_lots = collections.defaultdict(list), collections.Counter(), collections.Counter()
    for entry in data["entries"]:
        by_user[entry["user_id"]].append(entry)
    used = collections.Counter()
    for use in data["lot_uses"]:
        used[use["lot_id"]] += use["points"]
    for lot in data["lots"]:
        open_points[lot["user_id"]] += lot["remaining"]
        if not 0 <= lot["remaining"] <= lot["points"]:
            negative.append(f"lot {lot['id']} holds {lot['remaining']} of {lot['points']}")
    for user in data["users"]:
        chain, balance = by_user.pop(user["user_id"], []), 0
        for number, entry in enumerate(chain):
            if entry["balance_after"] != balance + entry["points_amount"]:
                wrong.append(f"entry {entry['id']} leaves {entry['balance_after']} after {balance}")
            if number and entry["id"] != chain[number - 1]["id"] + 1:
                wrong.append(f"user {user['user_id']}: an entry is missing before {entry['id']}")
            balance = entry["balance_after"]
        if balance != user["balance"] or len(chain) != user["entries"]:
            wrong.append(f"user {user['user_id']} has {user['balance']}, the entries make {balance}")
        if open_points[user["user_id"]] - user["debt"] != user["balance"]:
            wrong.append(f"user {user['user_id']} has {user['balance']}, the lots make {open_points[user['user_id']]}")
        if user["balance"] + user["debt"] < 0 or user["debt"] < 0:
            negative.append(f"user {user['user_id']} has {user['balance']} and owes {user['debt']}")
    wrong += [f"user {number} has entries and is no member" for number in by_user]
    redeemed = collections.Counter()
    for row in data["redemptions"]:
        redeemed[row["reward_id"]] += row["quantity"]
    for reward in data["rewards"]:
        if reward["used"] != redeemed[reward["id"]]:
            wrong.append(f"reward {reward['id']} counts {reward['used']} uses and has {redeemed[reward['id']]}")
        if (reward["stock"] or 0) < 0 or (reward["max_uses"] is not None and reward["used"] > reward["max_uses"]):
            negative.append(f"reward {reward['id']}: more than there was")
    uses = collections.Counter(use["coupon_id"] for use in data["uses"] if use["state"] == 1)
    for coupon in data["coupons"]:
        if coupon["used_count"] != uses[coupon["id"]]:
            wrong.append(f"coupon {coupon['id']} counts {coupon['used_count']} uses and has {uses[coupon['id']]}")
        if coupon["used_count"] > coupon["max_uses"]:
            negative.append(f"coupon {coupon['id']}: more uses than allowed")
    for name, column in (("coupons", "code"), ("users", "referral_code")):
        times = collections.Counter(row[column] for row in data[name])
        codes += [f"code {code} is there {count} times" for code, count in times.items() if count > 1]
    return wrong, negative, codes


def check(requests, data):
    """All findings, by kind."""
    lost, doubled, phantom = asked(requests, data)
    wrong, negative, codes = sums(data)
    return {"lost": lost, "doubled": doubled, "phantom": phantom, "not adding up": wrong, "negative": negative,
            "duplicate codes": codes}


def differing(sockets, database):
    """Tables that are not the same on all nodes."""
    tables = [row[0] for row in query(sockets[0], f"SHOW TABLES FROM {database}")]
    sql = "CHECKSUM TABLE " + ", ".join(f"{database}.{table}" for table in tables) + " EXTENDED"
    nodes = [query(socket, sql) for socket in sockets]
    return [rows[0][0] for rows in zip(*nodes) if any(row != rows[0] for row in rows)]


def proves_itself(requests, data):
    """The checker must find what is broken on purpose. Gives what it did not find."""
    def broken(name, change):
        other = copy.deepcopy(data)
        change(other[name])
        return other

    def spend(rows):
        rows[0]["remaining"] = -1

    def count(rows):
        rows[-1]["used_count"] += 1

    earned = next(number for number, row in enumerate(data["entries"]) if row["transaction_type"] == "earn")
    trials = {
        "lost": broken("entries", lambda rows: rows.pop(earned)),
        "doubled": broken("redemptions", lambda rows: rows.append(dict(rows[0]))),
        "phantom": broken("entries", lambda rows: rows.append(dict(rows[earned], order_id="nobody-1"))),
        "negative": broken("lots", spend),
        "duplicate codes": broken("coupons", lambda rows: rows.append(dict(rows[0]))),
        "not adding up": broken("coupons", count),
    }
    return [kind for kind, other in trials.items() if not check(requests, other)[kind]]
