internal import LoadScenario

/// One cell of the comparison: what is asked of every contender, and over what.
struct Workload: Sendable, Codable, Equatable {
  /// Who answers behind the proxies.
  enum Server: String, Sendable, Codable, CaseIterable {
    /// A server that answers at once, so that the proxy is what is measured.
    case null
    /// PostgreSQL, so that it is seen what is left of that in practice.
    case postgres
  }

  /// How clients and server connections belong together.
  enum Pooling: String, Sendable, Codable, CaseIterable {
    /// A server connection for each client.
    case session
    /// Clients borrow one for each transaction.
    case transaction
  }

  /// Whether clients encrypt.
  enum Encryption: String, Sendable, Codable, CaseIterable {
    case off
    /// TLS after an SSLRequest, to whoever is best at it: a proxy that can pass it on does.
    case on
    /// TLS after an SSLRequest that ends at the proxy, which encrypts to the server anew.
    case ends
    /// TLS from the first byte that ends at the proxy; the way to the server is in the clear.
    case direct

    /// Whether every proxy that takes part decrypts.
    var endsAtProxy: Bool { self == .ends || self == .direct }

    /// A few words for titles.
    var title: String {
      switch self {
      case .off: ""
      case .on: ", TLS"
      case .ends: ", TLS on both sides"
      case .direct: ", direct TLS to the proxy"
      }
    }
  }

  /// How long clients stay connected.
  enum Connections: String, Sendable, Codable, CaseIterable {
    /// For all of their transactions.
    case kept
    /// For one transaction; where clients encrypt, each handshake is a full one.
    case anew
    /// For one transaction; each resumes the TLS session of one before.
    case resumed

    /// A few words for titles.
    var title: String {
      switch self {
      case .kept: ""
      case .anew: ", a connection for each"
      case .resumed: ", a connection with a resumed session for each"
      }
    }
  }

  /// What one transaction is.
  enum Transaction: Sendable, Codable, Equatable {
    /// `pgbench -S`: one row of some hundred bytes by its key; PostgreSQL only.
    case select
    /// One row of so many bytes.
    case row(bytes: Int)
  }

  /// How statements are sent.
  enum Mode: String, Sendable, Codable, CaseIterable {
    case simple, extended, prepared

    var queryMode: QueryMode {
      switch self {
      case .simple: .simple
      case .extended: .extended
      case .prepared: .prepared
      }
    }
  }

  /// What all cells share that are measured with the same running proxies.
  struct Setting: Sendable, Codable, Hashable {
    var server: Server
    var pooling = Pooling.session
    var encryption = Encryption.off

    /// A few words for titles.
    var title: String {
      let where_ = server == .null ? "null server" : "PostgreSQL"
      let shared =
        pooling == .session ? "" : ", \(ComparisonLimits.sharedServers) server connections"
      return where_ + shared + encryption.title
    }
  }

  var setting: Setting
  var clients: Int
  var transaction: Transaction
  var mode = Mode.simple
  var connections = Connections.kept

  /// The headline of its table.
  var title: String {
    let who = clients == 1 ? "1 client" : "\(clients) clients"
    return "\(what), \(mode.rawValue), \(who)\(connections.title): \(setting.title)"
  }

  private var what: String {
    switch transaction {
    case .select: "select-only"
    case .row(let bytes): "rows of \(SizeText.of(bytes))"
    }
  }

  /// Whether a transaction is so large that moving bytes is what counts.
  var isBulk: Bool {
    if case .row(let bytes) = transaction { bytes >= ComparisonLimits.bulkRowBytes } else { false }
  }

  /// The transaction as the generator knows it.
  var kind: TransactionKind {
    switch transaction {
    case .select: .selectOnly
    case .row(let bytes): .payload(bytes: bytes)
    }
  }
}

/// Sizes as people write them.
enum SizeText {
  /// `64 B`, `16 KiB`, `1 MiB`.
  static func of(_ bytes: Int) -> String {
    if bytes >= 1 << 20, bytes.isMultiple(of: 1 << 20) { return "\(bytes >> 20) MiB" }
    if bytes >= 1 << 10, bytes.isMultiple(of: 1 << 10) { return "\(bytes >> 10) KiB" }
    return "\(bytes) B"
  }

  /// Reads `64B`, `64`, `16KiB` or `1MiB`; nil if it is none of these, or less than a byte.
  static func bytes(_ text: String) -> Int? {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    guard let number = Int(digits), (1...1 << 30).contains(number) else { return nil }
    return switch text.dropFirst(digits.count) {
    case "", "B": number
    case "KiB": number << 10
    case "MiB": number << 20
    default: nil
    }
  }
}
