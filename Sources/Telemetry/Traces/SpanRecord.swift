/// What is told of one request that is traced: a value without references, so that a worker can leave it in a queue at no cost but the copy.
///
/// It becomes a span with two parts, the wait for a server and the server's work. It holds no text of a statement, no parameter and no error
/// message: only the SQLSTATE.
public struct SpanRecord: Sendable, BitwiseCopyable {
  /// The trace it belongs to.
  public var trace: TraceID
  /// Its own identity.
  public var span: UInt64
  /// The caller's span; 0 for the root of a trace.
  public var parent: UInt64 = 0
  /// The session's identity.
  public var session: UInt64 = 0
  /// When it came, in nanoseconds of the monotonic clock.
  public var began: UInt64
  /// When a server began to work for it; as ``ended`` where none did.
  public var gotServer: UInt64
  /// When it was over.
  public var ended: UInt64
  /// How it ended.
  public var outcome = RequestOutcome.served
  /// Why it is told of.
  public var cause = TraceSampling.Cause.sampled
  /// The tenant's identifier.
  public var tenant = ShortText()
  /// The shard's identifier; empty where it was not routed.
  public var shard = ShortText()
  /// The instance that has served it; empty where none has.
  public var instance = ShortText()
  /// The instance's region.
  public var region = ShortText()
  /// The tier of consistency in force.
  public var tier = ShortText()
  /// Why this instance.
  public var reason = ShortText()
  /// The SQLSTATE of its first error; empty where there was none.
  public var sqlState = ShortText()

  /// A record with its times, in nanoseconds of the monotonic clock.
  public init(trace: TraceID, span: UInt64, began: UInt64, gotServer: UInt64, ended: UInt64) {
    self.trace = trace
    self.span = span
    self.began = began
    self.gotServer = gotServer
    self.ended = ended
  }
}

/// A text of at most 63 bytes, without memory of its own: identifiers of maps are no longer. What is longer is cut.
public struct ShortText: Sendable, BitwiseCopyable {
  /// Most bytes that one holds.
  public static let byteLimit = 63

  private var bytes = InlineArray<64, UInt8>(repeating: 0)

  /// An empty text.
  public init() {}

  /// A copy of bytes, cut at ``byteLimit``.
  public init(_ text: Span<UInt8>) {
    let count = min(text.count, Self.byteLimit)
    for place in 0..<count { bytes[place] = text[place] }
    bytes[63] = UInt8(count)
  }

  /// A copy of a text.
  public init(_ text: String) { self.init(text.utf8) }

  /// A copy of a text's bytes.
  public init(_ text: some Sequence<UInt8>) {
    var count = 0
    for byte in text.prefix(Self.byteLimit) {
      bytes[count] = byte
      count += 1
    }
    bytes[63] = UInt8(count)
  }

  /// Whether it has no byte.
  public var isEmpty: Bool { count == 0 }

  /// How many bytes it has.
  public var count: Int { Int(bytes[63]) }

  /// The text, with what is no UTF-8 replaced.
  public var text: String {
    String(decoding: (0..<count).map { bytes[$0] }, as: UTF8.self)
  }
}
