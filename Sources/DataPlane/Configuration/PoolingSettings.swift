import Authentication
import Pooling

/// How sessions share server connections.
public struct PoolingSettings: Sendable, Equatable {
  /// Server connections that one worker keeps at most for one database, user and instance.
  public var serversPerPool = 20
  /// Server connections that one worker keeps at least for them, from the first transaction until there was none for ``serverIdle``.
  public var minServersPerPool = 0
  /// Server connections of all workers of the router to one instance, at least one for each worker; nil for any number.
  public var serversPerInstance: Int?
  /// Server connections of one worker, over all pools.
  public var serversPerWorker = 4096
  /// How long a session waits for a server connection before it is told 53300.
  public var queryWait: Duration = .seconds(120)
  /// Sessions of one worker that may wait for a server connection at a time.
  public var waitingSessions = 10_000
  /// How long a session should wait for a server connection at most: a queue whose front has waited
  /// longer for a while drops from the front; zero lets all wait for ``queryWait``.
  public var queueTarget: Duration = .zero
  /// How long work waits for a shard whose primary is gone or paused before it is told 57P03.
  public var failoverWindow: Duration = .seconds(10)
  /// Sessions of one worker that may wait for such shards at a time.
  public var failoverWaiters = 1000
  /// After how long without use a server connection is closed.
  public var serverIdle: Duration = .seconds(600)
  /// How old a server connection becomes, give or take a tenth, before it is closed when nobody has it.
  public var serverLifetime: Duration = .seconds(3600)
  /// After how long without use a server connection is checked before it is lent; zero for never.
  public var serverCheckDelay: Duration = .seconds(30)
  /// Statements that one server connection keeps prepared.
  public var statementsPerServer = PoolingLimits().statementsALink
  /// When a server connection is cleaned by DISCARD ALL before another session gets it.
  public var cleaning = Cleaning.whenSoiled
  /// Where the verifiers of roles are asked for; needed unless clients are trusted.
  public var authQuery: AuthQueryRole?
  /// What made-up verifiers of roles that don't exist are derived from, the same on all routers of a fleet.
  public var mockSecret: [UInt8] = []
  /// How clients prove who they are.
  public var authentication = ClientAuthenticationMethod.scram

  /// When a server connection is cleaned.
  public enum Cleaning: String, Sendable, CaseIterable {
    /// After a session that was pinned to it, or left something in it.
    case whenSoiled = "dirty"
    /// After every transaction.
    case always
    /// Never: what sessions leave is their business.
    case never
  }

  /// The defaults.
  public init() {}

  /// The same as the decisions about pools and links take it.
  var limits: PoolLimits {
    var limits = PoolLimits()
    limits.minimum = min(minServersPerPool, serversPerPool)
    limits.maximum = serversPerPool
    limits.idleNanoseconds = serverIdle.wholeNanoseconds
    limits.lifetimeNanoseconds = serverLifetime.wholeNanoseconds
    limits.checkNanoseconds = serverCheckDelay == .zero ? nil : serverCheckDelay.wholeNanoseconds
    return limits
  }
}

/// Whether sessions of a listener have a server connection each, or share them.
public enum PoolingMode: String, Sendable, CaseIterable {
  /// A server connection for as long as the client's.
  case session
  /// A server connection for a transaction.
  case transaction
  /// What the policy of the client's tenant says when it logs in; ``session`` where it says nothing.
  case policy
}

/// How clients of a pooled listener prove who they are.
public enum ClientAuthenticationMethod: String, Sendable, CaseIterable {
  /// By SCRAM-SHA-256, against the verifier that their shard has.
  case scram
  /// By an MD5 hash, for roles that have one.
  case md5
  /// Not at all: whoever reaches the address is believed.
  case trust
}

/// The router's own role, by which it asks shards for the verifiers of others.
public struct AuthQueryRole: Sendable, Equatable {
  /// The role.
  public var user: String
  /// The database it logs in to, on every shard.
  public var database: String
  /// The query, with `$1` for the role that is asked for: it gives its name and its verifier.
  public var query: String
  /// What it logs in with; nil where the servers trust it.
  public var password: [UInt8]?

  /// Names the role.
  public init(
    user: String, database: String = "postgres", query: String = AuthQueryRole.catalogQuery,
    password: [UInt8]? = nil
  ) {
    self.user = user
    self.database = database
    self.query = query
    self.password = password
  }

  /// Asks the catalog itself: only a superuser may.
  public static let catalogQuery =
    "SELECT rolname, rolpassword FROM pg_catalog.pg_authid WHERE rolname = $1 AND rolcanlogin"

  var credential: Credential { password.map { .password($0) } ?? .none }
}
