#!/usr/bin/env python3
"""The chaos run: writers on all nodes of a cluster, whose nodes are killed, frozen and cut off meanwhile.

    chaos.py --worker target/debug/loyalty-worker [--seconds 300] [--faults 5] [--writers 9] [--folder FOLDER]

Each writer is a process with an engine for each node. It notes what it asks and what it is told in a file of its own.
At the end all nodes run again, and check.py compares the notes with the tables. Where this process may make networks,
each node has one of its own (see cluster.sh), and cut off means that packets vanish; otherwise nodes leave each other
by gmcast.isolate.

The run goes on for the seconds given, and longer until at least so many faults were struck and every kind of request
was acknowledged. While a fault lasts that leaves a majority, and after each, somebody must be served; how soon does
not matter. Nodes that a busy machine keeps from hearing each other in time may lose their majority by themselves: then
nobody can be served until all of them are back, and the run says so.
"""
import argparse
import collections
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import check

HERE = os.path.dirname(os.path.realpath(__file__))
DATABASE = "chaos"
ACTS = {"earn", "bonus", "redeem", "use", "transfer", "refund"}
# Who is not served for so long will never be, in seconds.
PATIENCE = 180
# Nodes that found no majority for so long will not find one by themselves.
ALONE = 30
TOGETHER = {"wsrep_cluster_status": "Primary", "wsrep_local_state_comment": "Synced", "wsrep_cluster_size": "3"}


class Cluster:
    def __init__(self, folder, network):
        self.folder = folder
        self.env = dict(os.environ, GALERA_DIR=folder, GALERA_NETWORK=network, GALERA_SUSPECT="2")

    def do(self, *words, wait=True):
        done = subprocess.run([HERE + "/cluster.sh", *map(str, words)], env=self.env, capture_output=True, text=True)
        if done.returncode and wait:
            raise RuntimeError(f"cluster.sh {words}: {done.stdout}{done.stderr}{self.errors()}")
        sys.stderr.write(done.stderr if wait else "")
        return done.stdout

    def spaces(self):
        """Whether each node has a network of its own."""
        with open(self.folder + "/network", encoding="utf-8") as file:
            return file.read().startswith("namespaces")

    def errors(self):
        """The last errors that the nodes wrote down."""
        text = ""
        for number in (1, 2, 3):
            try:
                with open(f"{self.folder}/n{number}/error.log", encoding="utf-8", errors="replace") as file:
                    lines = [line for line in file if "[ERROR]" in line or "signal" in line]
            except OSError:
                lines = []
            text += f"\nnode {number}:\n" + "".join(lines[-8:])
        return text

    def states(self):
        """What each node says of itself; nothing for one that does not answer."""
        states = []
        for socket in self.sockets():
            try:
                states.append(dict(check.query(socket, "SHOW STATUS WHERE Variable_name IN ('wsrep_cluster_status', "
                                                       "'wsrep_local_state_comment', 'wsrep_cluster_size')")))
            except (subprocess.SubprocessError, ValueError):
                states.append({})
        return states

    def majority(self):
        """Whether a node answers that belongs to a majority."""
        return any(state.get("wsrep_cluster_status") == "Primary" for state in self.states())

    def at_work(self):
        """What the nodes say of themselves, what they are doing, and the errors they wrote down."""
        text = ""
        for number, (socket, state) in enumerate(zip(self.sockets(), self.states()), 1):
            text += f"\nnode {number}: {state or 'no answer'}"
            try:
                for row in check.query(socket, "SELECT time, state, info FROM information_schema.processlist "
                                               "WHERE command <> 'Sleep' AND id <> CONNECTION_ID()"):
                    text += "\n    " + " | ".join(map(str, row))[:200]
            except (subprocess.SubprocessError, ValueError):
                pass
        return text + self.errors()

    def sockets(self):
        return [f"{self.folder}/n{number}/s.sock" for number in (1, 2, 3)]

    def await_all(self, seconds=300):
        """Waits until all nodes are in step again."""
        end = time.time() + seconds
        while time.time() < end:
            if all(state == TOGETHER for state in self.states()):
                return
            time.sleep(0.2)
        raise RuntimeError("the cluster did not come together again" + self.at_work())


class Notes:
    """What the writers were told so far."""

    def __init__(self, files, cluster):
        self.files = files
        self.cluster = cluster
        self.read = [0] * len(files)
        self.asked = {}
        self.served = collections.Counter()

    def count(self):
        """How often each kind of request was acknowledged."""
        for place, name in enumerate(self.files):
            try:
                with open(name, "rb") as file:
                    file.seek(self.read[place])
                    new = file.read()
            except FileNotFoundError:
                continue  # that writer has not begun
            whole = new[:new.rfind(b"\n") + 1]
            self.read[place] += len(whole)
            for note in map(json.loads, whole.splitlines()):
                if "ask" in note:
                    self.asked[place] = note["ask"]
                elif "ok" in note:
                    self.served[self.asked[place]] += 1
        return self.served

    def wait(self, what, enough, hopeless=lambda: False):
        """Waits until enough was acknowledged, and says whether it was: not when it is hopeless."""
        end = time.time() + PATIENCE
        while not enough(self.count()):
            if hopeless():
                return False
            if time.time() > end:
                raise RuntimeError(f"within {PATIENCE} s {what}; acknowledged so far: {dict(self.served)}, "
                                   f"asked last: {self.asked}{self.cluster.at_work()}")
            time.sleep(0.2)
        return True

    def somebody(self, when):
        """Waits until somebody is served from now on, or no node belongs to a majority for a while."""
        before = self.count().total()
        heard = time.time()

        def alone():
            nonlocal heard
            if self.cluster.majority():
                heard = time.time()
            return time.time() > heard + ALONE

        if not self.wait(f"nobody was served {when}", lambda served: served.total() > before, alone):
            print(f"  {time.strftime('%H:%M:%S')} {when}: the nodes lost each other, and none can serve", flush=True)

    def everything(self):
        """Waits until each kind of request was acknowledged."""
        self.wait(f"not all of {sorted(ACTS)} were acknowledged", lambda served: ACTS <= set(served))


def faults(spaces):
    """What is done to which nodes, for how long, and how it is made good. Node 1 is where most write."""
    kill = ("kill", "node")
    cut = ("cut", "heal")
    yield "kill -9 node 1", [(*kill, 1)], 4
    yield "cut node 2 off from the others", [(*cut, 2)], 10
    yield "kill -9 nodes 2 and 3", [(*kill, 2), (*kill, 3)], 4
    if spaces:
        yield "cut node 1 off from its clients", [("cut", "heal", 1, "clients")], 10
    yield "freeze node 1", [("freeze", "thaw", 1)], 10
    yield "kill -9 node 3", [(*kill, 3)], 4
    yield "cut node 1 off from the others", [(*cut, 1)], 10
    yield "freeze node 3", [("freeze", "thaw", 3)], 10
    yield "cut all nodes off from each other", [(*cut, 1), (*cut, 2), (*cut, 3)], 8
    if spaces:
        yield "cut node 2 off from all", [(*cut, 2), ("cut", "heal", 2, "clients")], 10
    yield "kill -9 node 2, cut node 1 off", [(*kill, 2), (*cut, 1)], 8


def rage(cluster, notes, until, least, calm):
    """Does one fault after the other as long as there is time to make it good, and at least so many. Gives how many."""
    count = 0
    time.sleep(calm)
    while True:
        for name, steps, seconds in faults(cluster.spaces()):
            if count >= least and time.time() + seconds + 10 > until:
                return count
            print(f"  {time.strftime('%H:%M:%S')} {name}", flush=True)
            for begin, _, *words in steps:
                cluster.do(begin, *words)
            time.sleep(seconds)
            if len({number for _, _, number, *_ in steps}) == 1:  # a majority is left
                notes.somebody("during: " + name)
            for _, end, *words in reversed(steps):
                if end != "node":
                    cluster.do(end, *words)
            for _, end, *words in steps:
                if end == "node":
                    revive(cluster, *words)
            cluster.await_all()
            notes.somebody("after: " + name)
            count += 1
            time.sleep(calm)


def revive(cluster, number):
    """Starts a node again; when no majority is left, the others are told to go on by themselves first."""
    others = [socket for place, socket in enumerate(cluster.sockets(), 1) if place != number]
    for socket in others:
        try:
            status = dict(check.query(socket, "SHOW STATUS LIKE 'wsrep_cluster_status'"))
        except (subprocess.SubprocessError, ValueError):
            continue
        if status.get("wsrep_cluster_status") != "Primary":
            check.query(socket, "SET GLOBAL wsrep_provider_options = 'pc.bootstrap=1'")
        break
    cluster.do("node", number)


def call(worker, url, operation, arguments):
    done = subprocess.run([worker, url, "call", operation, json.dumps(arguments)], input="go\n", text=True,
                          capture_output=True, check=True)
    answer = json.loads(done.stdout.splitlines()[-1])
    if "ok" not in answer:
        raise RuntimeError(f"{operation}: {answer}")
    return answer["ok"]


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--worker", required=True)
    options.add_argument("--seconds", type=int, default=300)
    options.add_argument("--faults", type=int, default=5, help="at least so many")
    options.add_argument("--writers", type=int, default=9)
    options.add_argument("--calm", type=int, default=6, help="seconds between two faults")
    options.add_argument("--network", choices=["auto", "loopback", "namespaces"], default="auto")
    options.add_argument("--memory", action="store_true", help="keep the nodes in memory where there is room: the disk "
                         "makes no difference to what is found, since the machine is not switched off")
    options.add_argument("--folder", help="where the notes are kept; default: a new one that is removed")
    options = options.parse_args()

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    notes = options.folder or tempfile.mkdtemp(prefix="loyalty-chaos-")
    os.makedirs(notes, exist_ok=True)
    memory = options.memory and os.path.isdir("/dev/shm") and shutil.disk_usage("/dev/shm").free > 2 << 30
    home = tempfile.mkdtemp(prefix="loyalty-galera-", dir="/dev/shm" if memory else None)
    os.chmod(home, 0o755)
    cluster = Cluster(home, options.network)
    writers = []
    try:
        hosts = cluster.do("start").split()
        cluster.do("query", 1, f"CREATE DATABASE {DATABASE}")
        urls = ["mysql://loyalty:loyalty@" + ",".join(hosts[n % 3:] + hosts[:n % 3]) + f"/{DATABASE}"
                for n in range(options.writers)]
        # Many pieces, and a few; a coupon that some use.
        reward = {"name": "cup", "points_cost": 100, "discount_percent": 100}
        call(options.worker, urls[0], "save_reward", dict(reward, stock=options.seconds * 2))
        call(options.worker, urls[0], "save_reward", reward)
        terms = {"discount_type": "fixed", "discount_value": 100, "max_uses": options.seconds}
        code = call(options.worker, urls[0], "generate_discount_code", terms)["code"]
        print(f"{options.writers} writers on {len(hosts)} nodes for {options.seconds} s, "
              f"{'networks of their own' if cluster.spaces() else 'loopback'}", flush=True)
        until = time.time() + options.seconds
        files = [f"{notes}/w{n}.jsonl" for n in range(options.writers)]
        writers = [subprocess.Popen([options.worker, url, "chaos", f"w{n}", code, files[n]], stdin=subprocess.PIPE)
                   for n, url in enumerate(urls)]
        told = Notes(files, cluster)
        count = rage(cluster, told, until, options.faults, options.calm)
        told.everything()
        for writer in writers:
            writer.stdin.close()
        statuses = [writer.wait(timeout=300) for writer in writers]
        if any(statuses):
            raise RuntimeError(f"writers ended with {statuses}")
        cluster.await_all()
        return report(cluster, files, count)
    finally:
        for writer in writers:
            if writer.poll() is None:
                writer.kill()
        cluster.do("stop", wait=False)
        if not options.folder:
            shutil.rmtree(notes, ignore_errors=True)


def report(cluster, files, count):
    requests, ends = check.read_notes(files)
    sockets = cluster.sockets()
    data = check.load(sockets[0], DATABASE)
    findings = check.check(requests, data)
    findings["tables that differ between nodes"] = check.differing(sockets, DATABASE)
    findings["breaks that the checker does not find"] = check.proves_itself(requests, data)
    all_of = list(requests.values())
    errors = [request["error"] for request in all_of if request["error"]]
    refused = ("refused", "not_found", "invalid")
    numbers = {
        "faults": count,
        "operations": len(all_of),
        "acknowledged": sum(bool(request["ok"]) for request in all_of),
        "repeated afterwards": sum(len(request["ok"]) > 1 for request in all_of),
        "refused": sum(error["kind"] in refused for error in errors),
        "given up, nothing written": sum(error["kind"] == "unavailable" for error in errors),
        "other errors": sum(error["kind"] not in (*refused, "unavailable") for error in errors),
        "unknown at first": sum(request["unknown"] > 0 for request in all_of),
        "unknown to the end": sum(not request["ok"] and not request["error"] for request in all_of),
        "retries inside": sum(end["retries"] for end in ends),
        "longest call, ms": max(end["longest_ms"] for end in ends),
    }
    for name, number in numbers.items():
        print(f"  {name}: {number}")
    kinds = {}
    for error in errors:
        kinds[error["code"]] = kinds.get(error["code"], 0) + 1
    print("  errors:", json.dumps(kinds, sort_keys=True))
    for name, found in findings.items():
        print(f"  {name}: {len(found)}")
        for line in found[:10]:
            print(f"    {line}")
    good = not any(findings.values()) and numbers["other errors"] == 0
    print("good" if good else "NOT GOOD")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
