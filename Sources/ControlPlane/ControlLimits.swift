/// Every limit of the control plane that isn't the map's own (`MapLimits` has those).
public enum ControlLimits {
  /// Deepest nesting of a request's JSON.
  public static let jsonDepth = 32

  /// Largest body of a request, in bytes, unless the configuration says otherwise: a full batch of
  /// tenants with names of ordinary length.
  public static let bodyBytes = 16 << 20

  /// Most changes of one transaction.
  public static let batchChanges = 10_000

  /// Most items of one page of a listing, and of one page of the log.
  public static let pageItems = 1_000

  /// Items of a page when the request doesn't say.
  public static let standardPageItems = 100

  /// Longest wait of a long poll.
  public static let longestWait = Duration.seconds(60)

  /// Most connections of clients; one more waits to be accepted.
  public static let connections = 25_000

  /// How long a connection may be silent without a request under way, or in the middle of one.
  public static let idleConnection = Duration.seconds(90)
  /// How long requests under way may take when the process is to end: a client that reads nothing more
  /// can't keep it.
  public static let farewell = Duration.seconds(10)

  /// Most long polls that wait at one time.
  public static let waitingPolls = 20_000

  /// Most event streams that are open at one time.
  public static let eventStreams = 1_000

  /// Time between two comments on a silent event stream.
  public static let heartbeat = Duration.seconds(15)

  /// Most events in one read of the log for an event stream.
  public static let streamPage = 500

  /// Most resources of one delta; whoever is further behind takes the snapshot.
  public static let deltaResources = 50_000

  /// Deltas kept for the newest version; those who are in step ask for one and the same.
  public static let cachedDeltas = 64

  /// How long an answer is kept for its idempotency key.
  public static let idempotencyRetention = Duration.seconds(24 * 3_600)

  /// Longest idempotency key, correlation id, and name of a router or sidecar, in bytes.
  public static let tokenBytes = 128

  /// Longest reason of a change, in bytes.
  public static let whyBytes = 1_024

  /// Longest lease of a router.
  public static let longestLease = Duration.seconds(3_600)

  /// Most leases; one more router is refused.
  public static let leases = 100_000

  /// Most counters in one status.
  public static let statusCounters = 256

  /// Most events of a router in one status.
  public static let statusEvents = 64

  /// Events of routers that are kept; then the oldest are forgotten.
  public static let routerEvents: Int64 = 10_000

  /// Longest body of a status, in bytes.
  public static let statusBytes = 64 << 10

  /// How soon a commit of another process on the same store is noticed.
  public static let otherProcessLook = Duration.milliseconds(20)

  /// How long a writer waits for another process's transaction.
  public static let writerWait = Duration.seconds(10)

  /// Most tokens of one file.
  public static let tokens = 10_000
}
