import Authentication

/// How a router samples the instances of its map.
public struct ProbeSettings: Sendable, Equatable {
  /// The role that probes log in as: 1 to ``longestName`` bytes. It needs no rights; as a member of `pg_read_all_stats` it sees at
  /// once that a replica follows a new primary, and else with the replica's next restart point.
  public var user: String
  /// The database that they log in to: 1 to ``longestName`` bytes.
  public var database = "postgres"
  /// The role's password, for SCRAM-SHA-256; nil where the servers trust it.
  public var password: [UInt8]?
  /// From question to question, each instance.
  public var interval: Duration = .milliseconds(500)
  /// One attempt to reach an instance.
  public var connect: Duration = .seconds(2)
  /// How long an instance may take to log a probe in. No file sets it, nor the next.
  var login = ProbeLimits.login
  /// How long an instance may take to answer a question.
  var answer = ProbeLimits.answer
  /// What each connection begins with; the router's ``ServerSettings/announcement``.
  var announcement = ServerAnnouncement.off

  /// Intervals that make sense: shorter ones burden the servers, and longer ones make every replica look old.
  public static let intervals: ClosedRange<Duration> = .milliseconds(100) ... .seconds(60)
  /// Longest name of a role or a database, in bytes: PostgreSQL's `NAMEDATALEN` − 1.
  public static let longestName = 63

  /// The defaults, for a role.
  public init(user: String) { self.user = user }

  var credential: Credential { password.map { .password($0) } ?? .none }
}
