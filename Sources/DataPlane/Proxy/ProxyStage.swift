import Wire

/// What a connection has to say before its client's first packet: a PROXY header, or nothing.
///
/// ```
/// required ─ header ─▶ over          optional ─ header, or other bytes ─▶ over
///    │ other bytes, a wrong header, too late       │ a wrong header
///    ▼                                             ▼
///  refused                                       refused
/// ```
/// Pure: it reads the bytes that have arrived so far, from the first one. The worker does what it says.
enum ProxyStage: BitwiseCopyable {
  /// No header is awaited, or not any more.
  case over
  /// A header has to come.
  case required
  /// A header may come.
  case optional

  /// What to do about the bytes there are.
  enum Step: Equatable {
    /// Wait for more.
    case wait
    /// There is no header: the client's own bytes begin at once.
    case none
    /// There is one: the client's own bytes begin behind it.
    case header(ProxyHeader)
    /// End the connection.
    case refuse(ProxyFault)
  }

  /// Reads the bytes so far. Call again with the same bytes and more.
  func read(_ bytes: RawSpan) -> Step {
    guard self != .over else { return .none }
    guard bytes.byteCount > 0 else { return .wait }
    guard ProxyHeader.canBegin(with: bytes.byte(at: 0)) else {
      return self == .optional ? .none : .refuse(.missing)
    }
    do throws(ProxyHeaderError) {
      guard let header = try ProxyHeader.decodeEitherVersion(bytes) else { return .wait }
      return .header(header)
    } catch {
      return .refuse(.malformed(error))
    }
  }
}

/// Why a connection ends at its PROXY header.
enum ProxyFault: Error, Equatable {
  /// It begins with something else, where there has to be one.
  case missing
  /// The header is wrong.
  case malformed(ProxyHeaderError)
  /// The header did not come in time.
  case late

  /// What counts it.
  var counter: WorkerCounter {
    switch self {
    case .missing: .proxyMissing
    case .malformed(.wrongChecksum): .proxyWrongChecksum
    case .malformed(.tooLong): .proxyTooLong
    case .malformed: .proxyMalformed
    case .late: .proxyLate
    }
  }

  /// What the operator reads; nil for what is told by its counter alone.
  var text: String? {
    switch self {
    case .missing:
      "no PROXY header where proxyProtocol is required; connect through the load balancer, or to a "
        + "listener without it"
    case .malformed(let error): "\(error)"
    case .late: nil
    }
  }
}

/// Limits of what is read before a client's first packet.
enum ProxyLimits {
  /// How long a header may take, where there has to be one. A load balancer sends it at once.
  static let headerTime: Duration = .seconds(5)
}
