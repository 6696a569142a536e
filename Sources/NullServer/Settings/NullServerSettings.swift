/// How a null server is set up.
public struct NullServerSettings: Sendable, Equatable {
  /// The certificate that clients are shown who ask for TLS.
  public struct Certificate: Sendable, Equatable {
    /// A PEM file with the certificate and those between it and the authority.
    public var certificatePath: String
    /// A PEM file with its private key.
    public var keyPath: String

    /// Names the two files.
    public init(certificatePath: String, keyPath: String) {
      self.certificatePath = certificatePath
      self.keyPath = keyPath
    }
  }

  /// Times in which no answer is given, as if the server paused: all answers are held for `length` in each `period`.
  public struct Stall: Sendable, Equatable {
    /// From the beginning of one stall to that of the next; the first one comes a period after the start.
    public var period: Duration
    /// How long each takes.
    public var length: Duration

    /// Names period and length.
    public init(period: Duration, length: Duration) {
      self.period = period
      self.length = length
    }
  }

  /// Where the server listens: an IPv4 address.
  public var address: String
  /// The port; 0: one of the kernel's choice, which ``NullServer/port`` tells.
  public var port: UInt16
  /// How many threads answer.
  public var workers: Int
  /// The cores that the workers are bound to, in turn; none: they are left free.
  public var cores: [Int32]
  /// Most connections of one worker; those above are closed at once.
  public var connectionsAWorker: Int
  /// What clients are shown who ask for TLS; nil: they are told that there is none.
  public var certificate: Certificate?
  /// Whether they get tickets, by which a later connection resumes their session at whichever worker.
  public var givesTickets: Bool
  /// Whether each connection begins with a PROXY header (version 2), which is read and not used. One without is closed.
  public var expectsProxyHeader: Bool
  /// Pauses of the server; nil: none.
  public var stall: Stall?
  /// How long each answer is held, from its question on. What is sent before a login counts as a question, too.
  public var delay: Duration

  /// A server on loopback with one worker, no TLS, and no pauses.
  public init(
    address: String = "127.0.0.1", port: UInt16 = 0, workers: Int = 1, cores: [Int32] = [],
    connectionsAWorker: Int = 16_384, certificate: Certificate? = nil,
    givesTickets: Bool = false, expectsProxyHeader: Bool = false, stall: Stall? = nil,
    delay: Duration = .zero
  ) {
    self.address = address
    self.port = port
    self.workers = workers
    self.cores = cores
    self.connectionsAWorker = connectionsAWorker
    self.certificate = certificate
    self.givesTickets = givesTickets
    self.expectsProxyHeader = expectsProxyHeader
    self.stall = stall
    self.delay = delay
  }

  /// Checks that all values make sense; certificates are read only by ``NullServer/start()``.
  ///
  /// - Throws: ``NullServerError/badSetting(name:reason:)`` for the first that doesn't.
  public func check() throws(NullServerError) {
    if ListeningAddress(address, port: port) == nil {
      throw .badSetting(name: "address", reason: "\"\(address)\" is no IPv4 address")
    }
    if !(1...NullServerLimits.workers ~= workers) {
      throw .badSetting(name: "workers", reason: "must be from 1 to \(NullServerLimits.workers)")
    }
    if let core = cores.first(where: { $0 < 0 }) {
      throw .badSetting(name: "cores", reason: "there is no core \(core)")
    }
    if !(1...NullServerLimits.connectionsAWorker ~= connectionsAWorker) {
      throw .badSetting(
        name: "connectionsAWorker",
        reason: "must be from 1 to \(NullServerLimits.connectionsAWorker)")
    }
    let longest = NullServerLimits.longestWait
    if delay < .zero || delay > longest {
      throw .badSetting(name: "delay", reason: "must be from 0 to \(longest)")
    }
    if let stall {
      if stall.length <= .zero || stall.length >= stall.period || stall.period > longest {
        throw .badSetting(
          name: "stall",
          reason: "its length must be above 0 and less than its period, which is at most \(longest)"
        )
      }
    }
  }
}

extension Duration {
  /// In nanoseconds.
  var nanoseconds: UInt64 {
    let (seconds, attoseconds) = components
    return UInt64(seconds) * 1_000_000_000 + UInt64(attoseconds / 1_000_000_000)
  }
}
