"""asyncpg through the router: https://magicstack.github.io/asyncpg/"""

import asyncio
import datetime
import decimal
import io
import uuid

import asyncpg

from checks import *


async def connect(**more):
    parameters = dict(host=HOST, port=PORT, user=USER, password=PASSWORD, database=TENANT)
    return await asyncpg.connect(**{**parameters, **more})


async def table(connection, name, columns):
    """Makes a table that is empty."""
    await connection.execute(f"DROP TABLE IF EXISTS {PREFIX}{name}")
    await connection.execute(f"CREATE TABLE {PREFIX}{name} ({columns})")
    return PREFIX + name


@check("connects by SCRAM")
async def _():
    connection = await connect()
    expect(await connection.fetchval("SELECT current_user::text"), USER)
    expect(await connection.fetchval("SELECT current_database()::text"), DATABASE)
    await connection.close()


@check("is refused with a wrong password")
async def _():
    try:
        await connect(password="wrong")
    except asyncpg.InvalidPasswordError:
        return
    raise AssertionError("let in")


@check("simple queries of several statements")
async def _():
    connection = await connect()
    name = await table(connection, "simple", "id int")
    done = await connection.execute(f"INSERT INTO {name} VALUES (1); INSERT INTO {name} VALUES (2)")
    expect(done, "INSERT 0 1")
    expect(await connection.fetchval(f"SELECT count(*) FROM {name}"), 2)
    await connection.close()


@check("values of many types")
async def _():
    connection = await connect()
    values = [
        (-7, "int4"), (2**40, "int8"), (1.5, "float8"), (decimal.Decimal("123.456"), "numeric"),
        ("naïve 'quoted' \\ text", "text"), (b"\x00\xff" * 50, "bytea"), (uuid.UUID(int=5), "uuid"),
        (datetime.date(2026, 2, 28), "date"), (datetime.timedelta(days=3, seconds=4), "interval"),
        (datetime.datetime(2026, 2, 28, 12, tzinfo=datetime.timezone.utc), "timestamptz"),
        ([1, 2, None], "int4[]"), (["a", "b,c"], "text[]"), (True, "bool"), (None, "text"),
        ('{"a": 1}', "json"),
    ]
    places = ", ".join(f"${n}::{kind}" for n, (_, kind) in enumerate(values, 1))
    row = await connection.fetchrow(f"SELECT {places}", *[value for value, _ in values])
    expect(tuple(row), tuple(value for value, _ in values))
    await connection.close()


@check("types of one's own")
async def _():
    connection = await connect()
    await connection.execute(f"DROP TYPE IF EXISTS {PREFIX}pair")
    await connection.execute(f"CREATE TYPE {PREFIX}pair AS (number int, text text)")
    row = await connection.fetchval(f"SELECT (1, 'one')::{PREFIX}pair")
    expect(tuple(row), (1, "one"))
    await connection.close()


@check("prepared statements of the server")
async def _():
    connection = await connect()
    statement = await connection.prepare("SELECT $1::int * 2")
    for number in range(50):
        expect(await statement.fetchval(number), number * 2)
    expect([a.name for a in statement.get_attributes()], ["?column?"])
    await connection.close()


@check("prepared statements of more clients than servers")
async def _():
    clients = [await connect() for _ in range(CLIENTS)]
    servers = []
    for turn in range(10):
        for number, client in enumerate(clients):
            wanted = f"{number}-{turn}-{number * turn}"
            for shape in range(3):
                text = f"SELECT '{number}-' || $1::int || '-' || $2::int + {shape} - {shape}"
                expect(await client.fetchval(text, turn, number * turn), wanted)
            if turn == 0:
                servers.append(await client.fetchval("SELECT pg_backend_pid()"))
    expect_shared(servers)
    for client in clients:
        await client.close()


@check("prepared statements that are given up")
async def _():
    connection = await connect(statement_cache_size=5)
    for _turn in range(3):
        for number in range(20):
            expect(await connection.fetchval(f"SELECT $1::int + {number}", 1), number + 1)
    await connection.close()


@check("without a cache of statements")
async def _():
    connection = await connect(statement_cache_size=0)
    for number in range(20):
        expect(await connection.fetchval("SELECT $1::int + 1", number), number + 1)
    await connection.close()


@check("a statement prepared before its table was changed")
async def _():
    connection = await connect()
    name = await table(connection, "changed", "id int")
    await connection.execute(f"INSERT INTO {name} VALUES (1)")
    expect(tuple(await connection.fetchrow(f"SELECT * FROM {name}")), (1,))
    await connection.execute(f"ALTER TABLE {name} ADD COLUMN more int DEFAULT 5")
    # asyncpg throws its statement away and prepares the same text again.
    expect(tuple(await connection.fetchrow(f"SELECT * FROM {name}")), (1, 5))
    await connection.close()


@check("commit")
async def _():
    connection, other = await connect(), await connect()
    name = await table(connection, "commits", "id int")
    async with connection.transaction():
        await connection.execute(f"INSERT INTO {name} VALUES (1)")
        expect(await other.fetchval(f"SELECT count(*) FROM {name}"), 0)
    expect(await other.fetchval(f"SELECT count(*) FROM {name}"), 1)
    await connection.close()
    await other.close()


@check("rollback")
async def _():
    connection = await connect()
    name = await table(connection, "rollbacks", "id int")
    transaction = connection.transaction()
    await transaction.start()
    await connection.execute(f"INSERT INTO {name} VALUES (1)")
    await transaction.rollback()
    expect(await connection.fetchval(f"SELECT count(*) FROM {name}"), 0)
    await connection.close()


@check("savepoints")
async def _():
    connection = await connect()
    name = await table(connection, "savepoints", "id int PRIMARY KEY")
    async with connection.transaction():
        await connection.execute(f"INSERT INTO {name} VALUES (1)")
        try:
            async with connection.transaction():
                await connection.execute(f"INSERT INTO {name} VALUES (2)")
                await connection.execute(f"INSERT INTO {name} VALUES (1)")
        except asyncpg.UniqueViolationError as error:
            expect(error.constraint_name, f"{name}_pkey")
        await connection.execute(f"INSERT INTO {name} VALUES (3)")
    rows = await connection.fetch(f"SELECT id FROM {name} ORDER BY id")
    expect([row["id"] for row in rows], [1, 3])
    await connection.close()


@check("an error in a transaction, then recovery")
async def _():
    connection = await connect()
    for _turn in range(5):
        transaction = connection.transaction()
        await transaction.start()
        try:
            await connection.fetchval("SELECT 1 / $1::int", 0)
        except asyncpg.DivisionByZeroError:
            pass
        try:
            await connection.fetchval("SELECT 1")
        except asyncpg.InFailedSQLTransactionError:
            pass
        else:
            raise AssertionError("a failed transaction goes on")
        await transaction.rollback()
        expect(await connection.fetchval("SELECT 1"), 1)
    await connection.close()


@check("isolation levels and read-only transactions")
async def _():
    connection = await connect()
    try:
        async with connection.transaction(isolation="serializable", readonly=True):
            expect(await connection.fetchval("SHOW transaction_isolation"), "serializable")
            await connection.execute(f"CREATE TABLE {PREFIX}never (id int)")
    except asyncpg.ReadOnlySQLTransactionError:
        await connection.close()
        return
    raise AssertionError("a read-only transaction writes")


@check("COPY in and out")
async def _():
    connection = await connect()
    name = await table(connection, "copies", "id int, text text")
    rows = [(number, "x" * (number % 100)) for number in range(50_000)]
    expect(await connection.copy_records_to_table(name, records=rows), "COPY 50000")
    out = io.BytesIO()
    await connection.copy_from_query(f"SELECT * FROM {name} ORDER BY id", output=out)
    lines = "".join(f"{number}\t{text}\n" for number, text in rows)
    expect(out.getvalue().decode() == lines, True)
    out.seek(0)
    expect(await connection.copy_to_table(name, source=out), "COPY 50000")
    await connection.close()


@check("COPY that fails, on either side")
async def _():
    connection = await connect()
    name = await table(connection, "failed_copies", "id int")

    async def broken():
        yield b"1\n"
        raise ZeroDivisionError

    try:
        await connection.copy_to_table(name, source=broken())
    except ZeroDivisionError:
        pass
    try:
        await connection.copy_to_table(name, source=io.BytesIO(b"not a number\n"))
    except asyncpg.InvalidTextRepresentationError:
        pass
    else:
        raise AssertionError("taken for a number")
    expect(await connection.fetchval(f"SELECT count(*) FROM {name}"), 0)
    await connection.close()


@check("cancel")
async def _():
    connection, other = await connect(), await connect()
    for _turn in range(3):
        try:
            await connection.execute("SELECT pg_sleep(30)", timeout=0.2)
        except asyncio.TimeoutError:
            pass
        else:
            raise AssertionError("not cancelled")
        expect(await connection.fetchval("SELECT 1"), 1)
        expect(await other.fetchval("SELECT 1"), 1)
    await connection.close()
    await other.close()


@check("LISTEN keeps its server, and is told")
async def _():
    listener, other = await connect(), await connect()
    said = asyncio.Queue()
    await listener.add_listener(f"{PREFIX}news", lambda *event: said.put_nowait(event[3]))
    server = await listener.fetchval("SELECT pg_backend_pid()")
    for number in range(5):
        expect(await other.fetchval("SELECT pg_backend_pid()") != server, True, "another server")
        await other.execute("SELECT pg_notify($1, $2)", f"{PREFIX}news", str(number))
        expect(await asyncio.wait_for(said.get(), 60), str(number))
        expect(await listener.fetchval("SELECT pg_backend_pid()"), server)
    await listener.close()
    await other.close()


@check("time zone and application name follow the client")
async def _():
    zones = ["Asia/Tokyo", "America/Lima", "UTC", "Europe/Berlin"]
    clients = [
        await connect(server_settings={"timezone": zone, "application_name": f"client of {zone}"})
        for zone in zones
    ]
    for _turn in range(5):
        for zone, client in zip(zones, clients):
            expect(await client.fetchval("SHOW timezone"), zone)
            expect(await client.fetchval("SHOW application_name"), f"client of {zone}")
            expect(client.get_settings().TimeZone, zone)
        zones = zones[1:] + zones[:1]
        for zone, client in zip(zones, clients):
            await client.execute(f"SET timezone TO '{zone}'")
            await client.execute(f"SET application_name TO 'client of {zone}'")
    for client in clients:
        await client.close()


@check("executemany")
async def _():
    connection = await connect()
    name = await table(connection, "many", "id int, square int")
    await connection.executemany(
        f"INSERT INTO {name} VALUES ($1, $2)", [(n, n * n) for n in range(2000)]
    )
    expect(await connection.fetchval(f"SELECT sum(square) FROM {name} WHERE id < 100"), 328_350)
    try:
        await connection.executemany(f"INSERT INTO {name} VALUES ($1, 1 / $1)", [(1,), (0,), (2,)])
    except asyncpg.DivisionByZeroError:
        pass
    else:
        raise AssertionError("divided by zero")
    expect(await connection.fetchval(f"SELECT count(*) FROM {name}"), 2000)
    await connection.close()


@check("cursors in a transaction")
async def _():
    connection = await connect()
    async with connection.transaction():
        total = 0
        async for row in connection.cursor("SELECT generate_series(1, 5000) AS n", prefetch=100):
            total += row["n"]
        expect(total, 12_502_500)
    await connection.close()


@check("large rows")
async def _():
    connection = await connect()
    for size in (8_191, 65_536, 1_048_577, 16 << 20):
        text = "0123456789abcdef" * (size // 16) + "z" * (size % 16)
        expect(await connection.fetchval("SELECT $1::text", text) == text, True, f"{size} bytes")
    await connection.close()


@check("a pool that resets its connections")
async def _():
    pool = await asyncpg.create_pool(
        host=HOST, port=PORT, user=USER, password=PASSWORD, database=TENANT,
        min_size=CLIENTS, max_size=CLIENTS,
    )

    async def work(number):
        async with pool.acquire() as connection:
            async with connection.transaction():
                return await connection.fetchval("SELECT $1::int", number)

    async with pool:
        for _turn in range(5):
            numbers = await asyncio.gather(*[work(number) for number in range(3 * CLIENTS)])
            expect(numbers, list(range(3 * CLIENTS)))


@check("transfers of many clients keep the sum")
async def _():
    accounts = 20
    connection = await connect()
    name = await table(connection, "accounts", "id int PRIMARY KEY, balance int")
    await connection.execute(f"INSERT INTO {name} SELECT n, 100 FROM generate_series(0, 19) n")

    async def transfers(number):
        client = await connect()
        for turn in range(20):
            source, target = (number + turn) % accounts, (number * 7 + turn * 3 + 1) % accounts
            async with client.transaction():
                for account, amount in sorted([(source, -1), (target, 1)]):
                    await client.execute(
                        f"UPDATE {name} SET balance = balance + $1 WHERE id = $2", amount, account
                    )
        await client.close()

    await asyncio.gather(*[transfers(number) for number in range(CLIENTS)])
    expect(await connection.fetchval(f"SELECT sum(balance) FROM {name}"), 2000)
    await connection.close()


run_all(lambda function: asyncio.run(function()))
