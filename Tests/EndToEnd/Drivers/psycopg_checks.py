"""psycopg 3 through the router: https://www.psycopg.org/psycopg3/docs/"""

import asyncio
import datetime
import decimal
import threading
import uuid

import psycopg
from psycopg.rows import scalar_row

from checks import *


def connect(**more):
    """A connection that begins no transaction by itself."""
    parameters = dict(
        host=HOST, port=PORT, user=USER, password=PASSWORD, dbname=TENANT, autocommit=True
    )
    return psycopg.connect(**{**parameters, **more})


def one(connection, statement, parameters=None, **more):
    """The only value of the only row."""
    return connection.execute(statement, parameters, **more).fetchone()[0]


def table(connection, name, columns):
    """Makes a table that is empty."""
    connection.execute(f"DROP TABLE IF EXISTS {PREFIX}{name}")
    connection.execute(f"CREATE TABLE {PREFIX}{name} ({columns})")
    return PREFIX + name


@check("connects by SCRAM")
def _():
    with connect() as connection:
        expect(one(connection, "SELECT current_user"), USER)
        expect(one(connection, "SELECT current_database()"), DATABASE)
        expect(connection.info.server_version // 10000 >= 15, True)


@check("is refused with a wrong password")
def _():
    try:
        connect(password="wrong").close()
    except psycopg.OperationalError as error:
        expect("password authentication failed" in str(error), True, str(error))
    else:
        raise AssertionError("let in")


@check("simple queries of several statements")
def _():
    with connect() as connection:
        cursor = connection.execute("SELECT 1; SELECT 2, 'two'; SELECT 3 WHERE false")
        expect(cursor.fetchall(), [(1,)])
        expect(cursor.nextset(), True)
        expect(cursor.fetchall(), [(2, "two")])
        expect(cursor.nextset(), True)
        expect(cursor.fetchall(), [])


@check("values of many types, as text and binary")
def _():
    values = (
        -7, 2**40, 1.5, decimal.Decimal("12345678901234567890.123"), "naïve 'quoted' \\ text",
        b"\x00\xff" * 50, uuid.UUID(int=5), datetime.date(2026, 2, 28),
        datetime.datetime(2026, 2, 28, 12, 0, 0, 123456, datetime.timezone.utc),
        datetime.timedelta(days=3, seconds=4), [1, 2, None], ["a", "b,c"], True, None,
    )
    # A list of texts is sent without a type, and so is nothing.
    casts = {11: "::text[]", 13: "::text"}
    places = ", ".join("%s" + casts.get(place, "") for place in range(len(values)))
    with connect() as connection:
        for binary in (False, True):
            row = connection.execute(f"SELECT {places}", values, binary=binary).fetchone()
            expect(row, values)


@check("prepared statements of the server")
def _():
    with connect() as connection:
        for number in range(50):
            expect(one(connection, "SELECT %s::int * 2", (number,), prepare=True), number * 2)
        expect(one(connection, "SELECT count(*) FROM pg_prepared_statements") <= 200, True)


@check("prepared statements of more clients than servers")
def _():
    clients = [connect(prepare_threshold=0) for _ in range(CLIENTS)]
    servers = []
    for turn in range(10):
        for number, client in enumerate(clients):
            # The same names of each client for other texts.
            wanted = f"{number}-{turn}-{number * turn}"
            for shape in range(3):
                text = f"SELECT '{number}-' || %s::int || '-' || %s::int + {shape} - {shape}"
                expect(one(client, text, (turn, number * turn)), wanted)
            if turn == 0:
                servers.append(one(client, "SELECT pg_backend_pid()"))
    expect_shared(servers)
    for client in clients:
        client.close()


@check("prepared statements that are given up")
def _():
    with connect(prepare_threshold=0) as connection:
        connection.prepared_max = 5
        for _turn in range(3):
            for number in range(20):
                expect(one(connection, f"SELECT %s::int + {number}", (1,)), number + 1)


@check("a statement prepared before its table was changed")
def _():
    with connect(prepare_threshold=0) as connection:
        name = table(connection, "changed", "id int")
        connection.execute(f"INSERT INTO {name} VALUES (%s)", (1,))
        expect(connection.execute(f"SELECT * FROM {name}").fetchall(), [(1,)])
        connection.execute(f"ALTER TABLE {name} ADD COLUMN more int DEFAULT 5")
        try:
            rows = connection.execute(f"SELECT * FROM {name}").fetchall()
        except psycopg.errors.FeatureNotSupported:
            # As PostgreSQL itself: the plan must not change its result. psycopg's user prepares again.
            rows = connection.execute(f"SELECT *  FROM {name}").fetchall()
        expect(rows, [(1, 5)])


@check("commit")
def _():
    with connect() as connection, connect() as other:
        name = table(connection, "commits", "id int")
        with connection.transaction():
            connection.execute(f"INSERT INTO {name} VALUES (1)")
            expect(one(other, f"SELECT count(*) FROM {name}"), 0)
        expect(one(other, f"SELECT count(*) FROM {name}"), 1)


@check("rollback")
def _():
    with connect(autocommit=False) as connection:
        name = table(connection, "rollbacks", "id int")
        connection.commit()
        connection.execute(f"INSERT INTO {name} VALUES (1)")
        connection.rollback()
        expect(one(connection, f"SELECT count(*) FROM {name}"), 0)


@check("savepoints")
def _():
    with connect() as connection:
        name = table(connection, "savepoints", "id int PRIMARY KEY")
        with connection.transaction():
            connection.execute(f"INSERT INTO {name} VALUES (1)")
            try:
                with connection.transaction():
                    connection.execute(f"INSERT INTO {name} VALUES (2)")
                    connection.execute(f"INSERT INTO {name} VALUES (1)")
            except psycopg.errors.UniqueViolation as error:
                expect(error.diag.constraint_name, f"{name}_pkey")
            connection.execute(f"INSERT INTO {name} VALUES (3)")
        rows = connection.execute(f"SELECT id FROM {name} ORDER BY id").fetchall()
        expect(rows, [(1,), (3,)])


@check("an error in a transaction, then recovery")
def _():
    with connect(autocommit=False) as connection:
        for _turn in range(5):
            try:
                connection.execute("SELECT 1 / %s", (0,))
            except psycopg.errors.DivisionByZero:
                pass
            try:
                connection.execute("SELECT 1")
            except psycopg.errors.InFailedSqlTransaction:
                pass
            else:
                raise AssertionError("a failed transaction goes on")
            connection.rollback()
            expect(one(connection, "SELECT 1"), 1)
            connection.commit()


@check("isolation levels and read-only transactions")
def _():
    with connect(autocommit=False) as connection:
        connection.isolation_level = psycopg.IsolationLevel.SERIALIZABLE
        connection.read_only = True
        expect(one(connection, "SHOW transaction_isolation"), "serializable")
        try:
            connection.execute(f"CREATE TABLE {PREFIX}never (id int)")
        except psycopg.errors.ReadOnlySqlTransaction:
            connection.rollback()
        else:
            raise AssertionError("a read-only transaction writes")


@check("COPY in and out")
def _():
    with connect() as connection:
        name = table(connection, "copies", "id int, text text")
        rows = [(number, "x" * (number % 100)) for number in range(50_000)]
        with connection.cursor() as cursor:
            with cursor.copy(f"COPY {name} FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            expect(cursor.rowcount, len(rows))
            with cursor.copy(f"COPY (SELECT * FROM {name} ORDER BY id) TO STDOUT") as copy:
                copy.set_types(["int4", "text"])
                expect(list(copy.rows()), rows)


@check("COPY in binary form")
def _():
    with connect() as connection, connection.cursor() as cursor:
        name = table(connection, "binary_copies", "id int, text text")
        with cursor.copy(f"COPY {name} FROM STDIN (FORMAT binary)") as copy:
            copy.set_types(["int4", "text"])
            for number in range(1000):
                copy.write_row((number, str(number)))
        with cursor.copy(f"COPY {name} TO STDOUT (FORMAT binary)") as copy:
            copy.set_types(["int4", "text"])
            expect(sorted(copy.rows()), [(number, str(number)) for number in range(1000)])


@check("COPY that fails, on either side")
def _():
    with connect() as connection, connection.cursor() as cursor:
        name = table(connection, "failed_copies", "id int")
        try:
            with cursor.copy(f"COPY {name} FROM STDIN") as copy:
                copy.write_row((1,))
                raise ZeroDivisionError
        except ZeroDivisionError:
            pass
        try:
            with cursor.copy(f"COPY {name} FROM STDIN") as copy:
                copy.write("not a number\n")
        except psycopg.errors.InvalidTextRepresentation:
            pass
        else:
            raise AssertionError("taken for a number")
        expect(one(connection, f"SELECT count(*) FROM {name}"), 0)


def cancel_until(is_over, connection):
    """Cancels again and again: a request that comes before the query has begun is lost."""
    while not is_over.wait(0.2):
        connection.cancel()


@check("cancel")
def _():
    with connect() as connection, connect() as other:
        for _turn in range(3):
            is_over = threading.Event()
            canceller = threading.Thread(target=cancel_until, args=(is_over, connection))
            canceller.start()
            try:
                connection.execute("SELECT pg_sleep(30)")
            except psycopg.errors.QueryCanceled:
                pass
            else:
                raise AssertionError("not cancelled")
            finally:
                is_over.set()
                canceller.join()
            expect(one(connection, "SELECT 1"), 1)
            expect(one(other, "SELECT 1"), 1)


@check("LISTEN keeps its server, and is told")
def _():
    with connect() as listener, connect() as other:
        listener.execute(f"LISTEN {PREFIX}news")
        server = one(listener, "SELECT pg_backend_pid()")
        for number in range(5):
            expect(one(other, "SELECT pg_backend_pid()") != server, True, "another server")
            other.execute(f"SELECT pg_notify('{PREFIX}news', %s)", (str(number),))
            expect(one(listener, "SELECT pg_backend_pid()"), server)
        said = []
        for notification in listener.notifies(timeout=60, stop_after=5):
            said.append(notification.payload)
        expect(said, ["0", "1", "2", "3", "4"])
        listener.execute("UNLISTEN *")


@check("time zone and application name follow the client")
def _():
    zones = ["Asia/Tokyo", "America/Lima", "UTC", "Europe/Berlin"]
    clients = [
        connect(application_name=f"client of {zone}", options=f"-c timezone={zone}")
        for zone in zones
    ]
    for turn in range(5):
        for zone, client in zip(zones, clients):
            expect(one(client, "SHOW timezone"), zone)
            expect(one(client, "SHOW application_name"), f"client of {zone}")
            expect(client.info.parameter_status("TimeZone"), zone)
        zones = zones[1:] + zones[:1]
        for zone, client in zip(zones, clients):
            client.execute(f"SET TIME ZONE '{zone}'")
            client.execute(f"SET application_name TO 'client of {zone}'")
    for client in clients:
        client.close()


@check("a setting of one transaction ends with it")
def _():
    with connect() as connection:
        before = one(connection, "SHOW timezone")
        with connection.transaction():
            connection.execute("SET LOCAL timezone TO 'Asia/Tokyo'")
            expect(one(connection, "SHOW timezone"), "Asia/Tokyo")
        expect(one(connection, "SHOW timezone"), before)


@check("pipelines")
def _():
    with connect() as connection:
        name = table(connection, "pipelines", "id int PRIMARY KEY")
        for _turn in range(3):
            with connection.pipeline():
                cursors = [connection.execute("SELECT %s::int", (n,)) for n in range(300)]
                expect([cursor.fetchone()[0] for cursor in cursors], list(range(300)))
        with connection.pipeline(), connection.transaction():
            for number in range(300):
                connection.execute(f"INSERT INTO {name} VALUES (%s)", (number,))
        expect(one(connection, f"SELECT count(*) FROM {name}"), 300)


@check("an error in a pipeline, then recovery")
def _():
    with connect() as connection:
        name = table(connection, "broken_pipelines", "id int PRIMARY KEY")
        for _turn in range(3):
            try:
                with connection.pipeline() as pipeline:
                    connection.execute(f"INSERT INTO {name} VALUES (1)")
                    pipeline.sync()
                    connection.execute(f"INSERT INTO {name} VALUES (1)")
                    connection.execute(f"INSERT INTO {name} VALUES (2)")
                    pipeline.sync()
            except psycopg.errors.UniqueViolation:
                pass
            else:
                raise AssertionError("one row twice")
            expect(connection.execute(f"SELECT * FROM {name}").fetchall(), [(1,)])
            connection.execute(f"DELETE FROM {name}")


@check("executemany")
def _():
    with connect() as connection, connection.cursor() as cursor:
        name = table(connection, "many", "id int, square int")
        cursor.executemany(
            f"INSERT INTO {name} VALUES (%s, %s)", [(n, n * n) for n in range(2000)]
        )
        expect(cursor.rowcount, 2000)
        cursor.executemany(
            f"SELECT square FROM {name} WHERE id = %s", [(n,) for n in range(100)], returning=True
        )
        squares = []
        while True:
            squares.append(cursor.fetchone()[0])
            if not cursor.nextset():
                break
        expect(squares, [n * n for n in range(100)])


@check("cursors of the server, and rows one by one")
def _():
    with connect() as connection:
        with connection.transaction(), connection.cursor("rows") as cursor:
            cursor.itersize = 100
            cursor.execute("SELECT generate_series(1, 5000)")
            expect(sum(row[0] for row in cursor), 12_502_500)
        with connection.cursor() as cursor:
            rows = cursor.stream("SELECT generate_series(1, %s)", (5000,))
            expect(sum(row[0] for row in rows), 12_502_500)


@check("large rows")
def _():
    with connect() as connection:
        for size in (8_191, 65_536, 1_048_577, 16 << 20):
            text = "0123456789abcdef" * (size // 16) + "z" * (size % 16)
            expect(one(connection, "SELECT %s::text", (text,)) == text, True, f"{size} bytes")
            expect(one(connection, "SELECT length(%b)", (text.encode(),)), size)


@check("notices")
def _():
    with connect() as connection:
        said = []
        connection.add_notice_handler(lambda diagnostic: said.append(diagnostic.message_primary))
        connection.execute("DO $$ BEGIN RAISE NOTICE 'heard'; END $$")
        expect(said, ["heard"])


@check("a client that leaves in a transaction rolls back")
def _():
    with connect() as other:
        name = table(other, "left", "id int")
        for _turn in range(5):
            connection = connect(autocommit=False)
            connection.execute(f"INSERT INTO {name} VALUES (1)")
            connection.close()
        for _turn in range(10):
            expect(one(other, f"SELECT count(*) FROM {name}"), 0)


@check("transfers of many asynchronous clients keep the sum")
def _():
    accounts = 20

    async def transfers(name, number):
        connection = await psycopg.AsyncConnection.connect(
            host=HOST, port=PORT, user=USER, password=PASSWORD, dbname=TENANT, autocommit=True
        )
        async with connection:
            for turn in range(20):
                source, target = (number + turn) % accounts, (number * 7 + turn * 3 + 1) % accounts
                async with connection.transaction():
                    for account, amount in sorted([(source, -1), (target, 1)]):
                        await connection.execute(
                            f"UPDATE {name} SET balance = balance + %s WHERE id = %s",
                            (amount, account),
                        )

    async def all_transfers(name):
        await asyncio.gather(*[transfers(name, number) for number in range(CLIENTS)])

    with connect() as connection:
        name = table(connection, "accounts", "id int PRIMARY KEY, balance int")
        connection.execute(f"INSERT INTO {name} SELECT n, 100 FROM generate_series(0, 19) n")
        asyncio.run(all_transfers(name))
        with connection.cursor(row_factory=scalar_row) as cursor:
            expect(cursor.execute(f"SELECT sum(balance) FROM {name}").fetchone(), 2000)


run_all(lambda function: function())
