import java.io.StringReader;
import java.io.StringWriter;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Properties;
import java.util.TimeZone;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/** Java's driver through the router: https://jdbc.postgresql.org/documentation/ */
public final class JDBCChecks {
  private interface Check {
    void run() throws Exception;
  }

  private static final String USER = System.getenv("SHARDWAY_USER");
  private static final String PASSWORD = System.getenv("SHARDWAY_PASSWORD");
  private static final String DATABASE = System.getenv("SHARDWAY_DATABASE");
  private static final boolean IS_SHARED =
      System.getenv("SHARDWAY_POOLING").equals("transaction");
  private static final int SERVERS = Integer.parseInt(System.getenv("SHARDWAY_SERVERS"));
  /** More clients than server connections. */
  private static final int CLIENTS = 4 * SERVERS;
  /** Tables of this program: two that run at once don't meet. */
  private static final String PREFIX = System.getenv("SHARDWAY_PREFIX");

  private static int failures = 0;

  public static void main(String[] arguments) {
    check("connects by SCRAM", JDBCChecks::connects);
    check("is refused with a wrong password", JDBCChecks::refusesWrongPassword);
    check("simple queries of several statements", JDBCChecks::simpleQueries);
    check("prepared statements of the server", JDBCChecks::preparedStatements);
    check("prepared statements of more clients than servers", JDBCChecks::sharedStatements);
    check("the driver's own settings don't keep a server", JDBCChecks::settingsOfTheDriver);
    check("a statement prepared before its table was changed", JDBCChecks::changedTable);
    check("commit", JDBCChecks::commits);
    check("rollback", JDBCChecks::rollsBack);
    check("savepoints", JDBCChecks::savepoints);
    check("an error in a transaction, then recovery", JDBCChecks::recovers);
    check("isolation levels and read-only transactions", JDBCChecks::readOnly);
    check("batches", JDBCChecks::batches);
    check("an error in a batch, then recovery", JDBCChecks::failedBatch);
    check("generated keys", JDBCChecks::generatedKeys);
    check("COPY in and out", JDBCChecks::copies);
    check("cancel", JDBCChecks::cancels);
    check("LISTEN keeps its server, and is told", JDBCChecks::listens);
    check("time zone and application name follow the client", JDBCChecks::settings);
    check("rows fetched in portions", JDBCChecks::portions);
    check("large rows", JDBCChecks::largeRows);
    check("what the catalog says", JDBCChecks::metadata);
    check("transfers of many clients keep the sum", JDBCChecks::transfers);
    System.exit(failures == 0 ? 0 : 1);
  }

  private static void check(String name, Check check) {
    try {
      check.run();
      System.out.println("ok " + name);
    } catch (Exception | AssertionError error) {
      failures += 1;
      error.printStackTrace();
      System.out.println("FAILED " + name + ": " + error.toString().replaceAll("\\s+", " "));
    }
  }

  private static void expect(Object actual, Object wanted) {
    if (!wanted.equals(actual)) throw new AssertionError(actual + " instead of " + wanted);
  }

  /** A connection with pairs of further properties. */
  private static Connection connect(String... more) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", USER);
    properties.setProperty("password", PASSWORD);
    properties.setProperty("sslmode", "disable");
    // Otherwise the driver sends SET of a setting that servers don't report after each connect.
    properties.setProperty("assumeMinServerVersion", "9.0");
    for (int index = 0; index < more.length; index += 2) {
      properties.setProperty(more[index], more[index + 1]);
    }
    String port = System.getenv("SHARDWAY_PORT");
    String tenant = System.getenv("SHARDWAY_TENANT");
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:" + port + "/" + tenant, properties);
  }

  private static void execute(Connection connection, String text) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(text);
    }
  }

  /** The only value of the only row, as text. */
  private static String one(Connection connection, String text) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(text)) {
      rows.next();
      return rows.getString(1);
    }
  }

  /** Makes a table that is empty. */
  private static String table(Connection connection, String name, String columns)
      throws SQLException {
    execute(connection, "DROP TABLE IF EXISTS " + PREFIX + name);
    execute(connection, "CREATE TABLE " + PREFIX + name + " (" + columns + ")");
    return PREFIX + name;
  }

  private static void expectError(String state, Check check) throws Exception {
    try {
      check.run();
    } catch (SQLException error) {
      expect(error.getSQLState(), state);
      return;
    }
    throw new AssertionError("no error " + state);
  }

  private static void connects() throws Exception {
    try (Connection connection = connect()) {
      expect(one(connection, "SELECT current_user"), USER);
      expect(one(connection, "SELECT current_database()"), DATABASE);
      expect(connection.isValid(60), true);
    }
  }

  private static void refusesWrongPassword() throws Exception {
    expectError("28P01", () -> connect("password", "wrong").close());
  }

  private static void simpleQueries() throws Exception {
    try (Connection connection = connect("preferQueryMode", "simple");
        Statement statement = connection.createStatement()) {
      expect(statement.execute("SELECT 1; SELECT 'two'"), true);
      expect(statement.getMoreResults(), true);
      statement.getResultSet().next();
      expect(statement.getResultSet().getString(1), "two");
    }
  }

  private static void preparedStatements() throws Exception {
    try (Connection connection = connect();
        PreparedStatement statement = connection.prepareStatement("SELECT ?::int * 2")) {
      // From the fifth time on by name.
      for (int number = 0; number < 50; number++) {
        statement.setInt(1, number);
        try (ResultSet rows = statement.executeQuery()) {
          rows.next();
          expect(rows.getInt(1), number * 2);
        }
      }
    }
  }

  /** The server processes that so many clients see which use named statements in turn. */
  private static int serversOfClients(String... properties) throws Exception {
    List<Connection> clients = new ArrayList<>();
    HashSet<String> servers = new HashSet<>();
    for (int number = 0; number < CLIENTS; number++) clients.add(connect(properties));
    List<PreparedStatement> statements = new ArrayList<>();
    for (int number = 0; number < CLIENTS; number++) {
      statements.add(
          clients.get(number).prepareStatement("SELECT '" + number + "-' || ?::int"));
    }
    for (int turn = 0; turn < 12; turn++) {
      for (int number = 0; number < CLIENTS; number++) {
        PreparedStatement statement = statements.get(number);
        statement.setInt(1, turn);
        try (ResultSet rows = statement.executeQuery()) {
          rows.next();
          expect(rows.getString(1), number + "-" + turn);
        }
        servers.add(one(clients.get(number), "SELECT pg_backend_pid()"));
      }
    }
    for (Connection client : clients) client.close();
    return servers.size();
  }

  private static void sharedStatements() throws Exception {
    int servers = serversOfClients("prepareThreshold", "2");
    if (IS_SHARED) {
      expect(servers <= SERVERS, true);
    } else {
      expect(servers, CLIENTS);
    }
  }

  /** As it comes, the driver sends SET extra_float_digits after each connect. */
  private static void settingsOfTheDriver() throws Exception {
    if (!IS_SHARED) return;
    expect(serversOfClients("assumeMinServerVersion", "") <= SERVERS, true);
  }

  private static void changedTable() throws Exception {
    try (Connection connection = connect("prepareThreshold", "1")) {
      String name = table(connection, "changed", "id int");
      execute(connection, "INSERT INTO " + name + " VALUES (1)");
      try (PreparedStatement statement = connection.prepareStatement("SELECT * FROM " + name)) {
        for (int turn = 0; turn < 3; turn++) statement.executeQuery().close();
        execute(connection, "ALTER TABLE " + name + " ADD COLUMN more int DEFAULT 5");
        // The driver throws its statement away and prepares the same text again.
        try (ResultSet rows = statement.executeQuery()) {
          rows.next();
          expect(rows.getInt(2), 5);
        }
      }
    }
  }

  private static void commits() throws Exception {
    try (Connection connection = connect();
        Connection other = connect()) {
      String name = table(connection, "commits", "id int");
      connection.setAutoCommit(false);
      execute(connection, "INSERT INTO " + name + " VALUES (1)");
      expect(one(other, "SELECT count(*) FROM " + name), "0");
      connection.commit();
      expect(one(other, "SELECT count(*) FROM " + name), "1");
    }
  }

  private static void rollsBack() throws Exception {
    try (Connection connection = connect()) {
      String name = table(connection, "rollbacks", "id int");
      connection.setAutoCommit(false);
      execute(connection, "INSERT INTO " + name + " VALUES (1)");
      connection.rollback();
      expect(one(connection, "SELECT count(*) FROM " + name), "0");
      connection.commit();
    }
  }

  private static void savepoints() throws Exception {
    try (Connection connection = connect()) {
      String name = table(connection, "savepoints", "id int PRIMARY KEY");
      connection.setAutoCommit(false);
      execute(connection, "INSERT INTO " + name + " VALUES (1)");
      Savepoint savepoint = connection.setSavepoint("before");
      expectError("23505", () -> execute(connection, "INSERT INTO " + name + " VALUES (1)"));
      connection.rollback(savepoint);
      execute(connection, "INSERT INTO " + name + " VALUES (3)");
      connection.commit();
      expect(one(connection, "SELECT sum(id) FROM " + name), "4");
      connection.commit();
    }
  }

  private static void recovers() throws Exception {
    try (Connection connection = connect()) {
      connection.setAutoCommit(false);
      for (int turn = 0; turn < 5; turn++) {
        expectError("22012", () -> one(connection, "SELECT 1 / 0"));
        expectError("25P02", () -> one(connection, "SELECT 1"));
        connection.rollback();
        expect(one(connection, "SELECT 1"), "1");
        connection.commit();
      }
    }
  }

  private static void readOnly() throws Exception {
    try (Connection connection = connect()) {
      connection.setReadOnly(true);
      connection.setAutoCommit(false);
      connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
      expect(one(connection, "SHOW transaction_isolation"), "serializable");
      expectError("25006", () -> execute(connection, "CREATE TABLE " + PREFIX + "never (id int)"));
      connection.rollback();
    }
  }

  private static void batches() throws Exception {
    for (String rewrites : new String[] {"false", "true"}) {
      try (Connection connection = connect("reWriteBatchedInserts", rewrites)) {
        String name = table(connection, "batches", "id int, text text");
        try (PreparedStatement statement =
            connection.prepareStatement("INSERT INTO " + name + " VALUES (?, ?)")) {
          for (int turn = 0; turn < 3; turn++) {
            for (int number = 0; number < 500; number++) {
              statement.setInt(1, number);
              statement.setString(2, "text " + number);
              statement.addBatch();
            }
            expect(statement.executeBatch().length, 500);
          }
        }
        expect(one(connection, "SELECT count(*) FROM " + name), "1500");
      }
    }
  }

  private static void failedBatch() throws Exception {
    try (Connection connection = connect()) {
      String name = table(connection, "failed_batches", "id int PRIMARY KEY");
      try (PreparedStatement statement =
          connection.prepareStatement("INSERT INTO " + name + " VALUES (?)")) {
        for (int number : new int[] {1, 2, 2, 3}) {
          statement.setInt(1, number);
          statement.addBatch();
        }
        try {
          statement.executeBatch();
          throw new AssertionError("one row twice");
        } catch (BatchUpdateException error) {
          expect(error.getSQLState(), "23505");
        }
      }
      expect(one(connection, "SELECT count(*) FROM " + name), "0");
    }
  }

  private static void generatedKeys() throws Exception {
    try (Connection connection = connect()) {
      String name = table(connection, "keys", "id serial PRIMARY KEY, text text");
      try (PreparedStatement statement =
          connection.prepareStatement(
              "INSERT INTO " + name + " (text) VALUES (?)", Statement.RETURN_GENERATED_KEYS)) {
        for (int number = 1; number <= 10; number++) {
          statement.setString(1, "x");
          statement.executeUpdate();
          try (ResultSet keys = statement.getGeneratedKeys()) {
            keys.next();
            expect(keys.getInt(1), number);
          }
        }
      }
    }
  }

  private static void copies() throws Exception {
    try (Connection connection = connect()) {
      String name = table(connection, "copies", "id int, text text");
      StringBuilder rows = new StringBuilder();
      for (int number = 0; number < 50_000; number++) {
        rows.append(number).append('\t').append("x".repeat(number % 100)).append('\n');
      }
      var manager = connection.unwrap(PGConnection.class).getCopyAPI();
      expect(
          manager.copyIn("COPY " + name + " FROM STDIN", new StringReader(rows.toString())), 50_000L);
      StringWriter out = new StringWriter();
      manager.copyOut("COPY (SELECT * FROM " + name + " ORDER BY id) TO STDOUT", out);
      expect(out.toString().contentEquals(rows), true);
      expectError(
          "22P02", () -> manager.copyIn("COPY " + name + " FROM STDIN", new StringReader("no\n")));
      expect(one(connection, "SELECT count(*) FROM " + name), "50000");
    }
  }

  private static void cancels() throws Exception {
    try (Connection connection = connect();
        Connection other = connect();
        Statement statement = connection.createStatement()) {
      for (int turn = 0; turn < 3; turn++) {
        CountDownLatch isOver = new CountDownLatch(1);
        Thread canceller = new Thread(() -> cancelUntil(isOver, statement));
        canceller.start();
        try {
          expectError("57014", () -> statement.execute("SELECT pg_sleep(30)"));
        } finally {
          isOver.countDown();
          canceller.join();
        }
        expect(one(connection, "SELECT 1"), "1");
        expect(one(other, "SELECT 1"), "1");
      }
    }
  }

  /** Cancels again and again: a request that comes before the query has begun is lost. */
  private static void cancelUntil(CountDownLatch isOver, Statement statement) {
    try {
      PGConnection connection = statement.getConnection().unwrap(PGConnection.class);
      while (!isOver.await(200, TimeUnit.MILLISECONDS)) {
        statement.cancel();
        // A statement asks once for each of its queries, its connection as often as it is told to.
        if (!isOver.await(200, TimeUnit.MILLISECONDS)) connection.cancelQuery();
      }
    } catch (InterruptedException | SQLException error) {
      error.printStackTrace();
    }
  }

  private static void listens() throws Exception {
    try (Connection listener = connect();
        Connection other = connect()) {
      execute(listener, "LISTEN " + PREFIX + "news");
      String server = one(listener, "SELECT pg_backend_pid()");
      for (int number = 0; number < 5; number++) {
        expect(one(other, "SELECT pg_backend_pid()").equals(server), false);
        execute(other, "NOTIFY " + PREFIX + "news, '" + number + "'");
        PGNotification[] said = listener.unwrap(PGConnection.class).getNotifications(60_000);
        expect(said.length, 1);
        expect(said[0].getParameter(), "" + number);
        expect(one(listener, "SELECT pg_backend_pid()"), server);
      }
    }
  }

  private static void settings() throws Exception {
    String[] zones = {"Asia/Tokyo", "America/Lima", "Europe/Berlin"};
    TimeZone before = TimeZone.getDefault();
    List<Connection> clients = new ArrayList<>();
    for (String zone : zones) {
      // The driver sends the zone of the machine.
      TimeZone.setDefault(TimeZone.getTimeZone(zone));
      clients.add(connect("ApplicationName", "client of " + zone));
    }
    TimeZone.setDefault(before);
    for (int turn = 0; turn < 5; turn++) {
      for (int index = 0; index < zones.length; index++) {
        String zone = zones[(index + turn) % zones.length];
        Connection client = clients.get(index);
        if (turn > 0) {
          execute(client, "SET TIME ZONE '" + zone + "'");
          client.setClientInfo("ApplicationName", "client of " + zone);
        }
        expect(one(client, "SHOW timezone"), zone);
        expect(one(client, "SHOW application_name"), "client of " + zone);
      }
    }
    for (Connection client : clients) client.close();
  }

  private static void portions() throws Exception {
    try (Connection connection = connect()) {
      connection.setAutoCommit(false);
      try (Statement statement = connection.createStatement()) {
        statement.setFetchSize(100);
        long sum = 0;
        try (ResultSet rows = statement.executeQuery("SELECT generate_series(1, 5000)")) {
          while (rows.next()) sum += rows.getInt(1);
        }
        expect(sum, 12_502_500L);
      }
      connection.commit();
    }
  }

  private static void largeRows() throws Exception {
    try (Connection connection = connect();
        PreparedStatement statement = connection.prepareStatement("SELECT ?::text")) {
      for (int size : new int[] {8_191, 65_536, 1_048_577, 16 << 20}) {
        String text = "0123456789abcdef".repeat(size / 16) + "z".repeat(size % 16);
        statement.setString(1, text);
        try (ResultSet rows = statement.executeQuery()) {
          rows.next();
          expect(rows.getString(1).equals(text), true);
        }
      }
    }
  }

  private static void metadata() throws Exception {
    try (Connection connection = connect()) {
      String name = table(connection, "described", "id int PRIMARY KEY, text text");
      try (ResultSet columns = connection.getMetaData().getColumns(null, "public", name, null)) {
        columns.next();
        expect(columns.getString("COLUMN_NAME"), "id");
        columns.next();
        expect(columns.getString("TYPE_NAME"), "text");
      }
    }
  }

  private static void transfers() throws Exception {
    int accounts = 20;
    try (Connection connection = connect()) {
      String name = table(connection, "accounts", "id int PRIMARY KEY, balance int");
      execute(
          connection,
          "INSERT INTO " + name + " SELECT n, 100 FROM generate_series(0, 19) n");
      ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
      List<Future<Void>> all = new ArrayList<>();
      for (int client = 0; client < CLIENTS; client++) {
        int number = client;
        Callable<Void> work =
            () -> {
              transfer(name, accounts, number);
              return null;
            };
        all.add(threads.submit(work));
      }
      for (Future<Void> one : all) one.get();
      threads.shutdown();
      expect(one(connection, "SELECT sum(balance) FROM " + name), "2000");
    }
  }

  private static void transfer(String name, int accounts, int number) throws SQLException {
    try (Connection connection = connect();
        PreparedStatement statement =
            connection.prepareStatement(
                "UPDATE " + name + " SET balance = balance + ? WHERE id = ?")) {
      connection.setAutoCommit(false);
      for (int turn = 0; turn < 20; turn++) {
        int source = (number + turn) % accounts;
        int target = (number * 7 + turn * 3 + 1) % accounts;
        int[][] steps = {{source, -1}, {target, 1}};
        if (source > target) steps = new int[][] {{target, 1}, {source, -1}};
        for (int[] step : steps) {
          statement.setInt(1, step[1]);
          statement.setInt(2, step[0]);
          statement.executeUpdate();
        }
        connection.commit();
      }
    }
  }
}
