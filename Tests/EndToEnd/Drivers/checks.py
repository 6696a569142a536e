"""What the driver programs share: checks that run one after the other and print a line each."""

import os
import sys
import traceback

HOST = "127.0.0.1"
PORT = int(os.environ["SHARDWAY_PORT"])
USER = os.environ["SHARDWAY_USER"]
PASSWORD = os.environ["SHARDWAY_PASSWORD"]
TENANT = os.environ["SHARDWAY_TENANT"]
DATABASE = os.environ["SHARDWAY_DATABASE"]
# Whether clients share server connections, and how many there are for all of them.
IS_SHARED = os.environ["SHARDWAY_POOLING"] == "transaction"
SERVERS = int(os.environ["SHARDWAY_SERVERS"])
# More clients than server connections.
CLIENTS = 4 * SERVERS
# Tables of this program: two that run at once don't meet.
PREFIX = os.environ["SHARDWAY_PREFIX"]

registered = []


def check(name):
    """Registers a function as the check of that name; they run in the order of the file."""

    def register(function):
        registered.append((name, function))
        return function

    return register


def expect(actual, wanted, what="answer"):
    """Fails the check unless both are equal."""
    if actual != wanted:
        raise AssertionError(f"{what}: {actual!r} instead of {wanted!r}")


def expect_shared(servers):
    """The ids of the server processes that CLIENTS clients saw: few when they share, else one each."""
    if IS_SHARED and len(set(servers)) > SERVERS:
        raise AssertionError(f"{len(set(servers))} servers instead of {SERVERS} at most")
    if not IS_SHARED:
        expect(len(set(servers)), CLIENTS, "servers")


def run_all(call):
    """Runs every check by `call`, prints `ok NAME` or `FAILED NAME: why`, and exits."""
    only = sys.argv[1:]
    failures = 0
    for name, function in registered:
        if only and name not in only:
            continue
        try:
            call(function)
        except Exception as error:  # a check may fail in any way, and the next one runs all the same
            failures += 1
            traceback.print_exc()
            reason = " ".join(f"{type(error).__name__}: {error}".split())
            print(f"FAILED {name}: {reason}", flush=True)
        else:
            print(f"ok {name}", flush=True)
    sys.exit(1 if failures else 0)
