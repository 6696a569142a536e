/// `GET /api/v1/workers`: the router's worker threads.
public struct WorkersDocument: Codable, Sendable, Equatable {
  /// By number.
  public var workers: [Worker]

  /// A list of workers.
  public init(workers: [Worker]) { self.workers = workers }

  /// One worker.
  public struct Worker: Codable, Sendable, Equatable {
    /// From 0.
    public var number: Int
    /// The label of the tenants that it is for; nil where it serves everybody else.
    public var label: String?
    /// The core that it is bound to; nil where it is free.
    public var core: Int32?
    /// Client connections and server connections that it has.
    public var sessions, servers: Int
    /// How short it is of something: `none`, or what it gives up.
    public var overload: String
    /// All that it has counted, by the counters' stable names.
    public var counters: [String: UInt64]

    /// A worker from its parts.
    public init(
      number: Int, label: String?, core: Int32?, sessions: Int, servers: Int, overload: String,
      counters: [String: UInt64]
    ) {
      self.number = number
      self.label = label
      self.core = core
      self.sessions = sessions
      self.servers = servers
      self.overload = overload
      self.counters = counters
    }
  }
}
