/// The bounds of the admin console.
public enum AdminLimits {
  /// Connections at a time; one more is told 53300.
  public static let connections = 32
  /// Those of them that may be in the middle of their login. One more makes the oldest go, so that strangers can't keep operators out.
  public static let loggingIn = 16
  /// From accepting a connection until it is logged in.
  public static let login: Duration = .seconds(10)
  /// Longest message of a client after its startup packet, in bytes.
  public static let messageBytes = 64 << 10
  /// Bytes of a client that may wait while a statement runs; more are received when they were read.
  public static let inputBytes = 128 << 10
  /// Bytes that may wait to be sent to a client; one that reads too little is disconnected.
  public static let outputBytes = 64 << 20
  /// Statements of one simple query.
  public static let statementsAQuery = 16
  /// Prepared statements, and portals, of one connection.
  public static let preparedStatements = 64
  /// Rows that a table shows; a notice says when there are more.
  public static let rows = 10_000
  /// Rows that one worker tells of its sessions or its server connections.
  public static let rowsAWorker = 100_000
  /// Sessions, server connections or pools that a worker looks at in one turn.
  public static let placesATurn = 128
  /// Tenants of the map that are compared with a pattern in one turn of the console.
  public static let tenantsATurn = 100_000
  /// How long the console waits for a worker's answer.
  public static let answer: Duration = .seconds(10)
  /// From one question whether a pause has been reached to the next.
  public static let pauseLook: Duration = .milliseconds(100)
  /// Pauses in force at a time.
  public static let pauses = 64
  /// Longest name of a tenant, a shard, an instance or a database in a statement, in bytes.
  public static let nameBytes = 256
  /// Largest file of verifiers, in bytes.
  public static let verifierFileBytes = 1 << 20
}
