import Routing
import TLS

/// A socket between the worker's plaintext and the base's ciphertext: what it is doing. ``SecureKernel`` does what follows.
///
/// ```
/// client's:  hello ─ whole ─▶ queued ─ its turn ─▶ shaking ─ established ─▶ open
/// server's:                                        shaking ─ established ─▶ open
/// any but open ─ timeout, limit, nonsense ─▶ failed        open ─ nonsense ─▶ failed
/// ```
/// Invariant that keeps the pointer safe: `stream` is nil or one initialized ``TLS/TLSStream``, freed once, by `deinit`.
struct SecureSocket: ~Copyable {
  enum Phase: Equatable {
    /// Collecting the client's first flight, so that its name is known before it costs anything.
    case hello
    /// The first flight waits for its turn.
    case queued
    /// The two sides come to terms.
    case shaking
    /// Data flows.
    case open
    /// Nothing more will come.
    case failed(SecureFailure)
  }

  /// What the base's receive is doing.
  enum Source: Equatable {
    case idle, receiving, cancelling
    /// With the result that ended it: 0, or a negated `errno`.
    case ended(Int32)
  }

  /// What the worker waits to receive.
  enum Reader {
    case none
    case stream(token: UInt64)
    case once(UnsafeMutableRawPointer, count: Int, waits: Bool, token: UInt64)

    /// The worker's operation; nil where there is none.
    var token: UInt64? {
      switch self {
      case .none: nil
      case .stream(let token), .once(_, _, _, let token): token
      }
    }
  }

  /// What the worker waits to have sent.
  struct Order {
    let bytes: UnsafeRawPointer
    let count: Int
    var done = 0
    let token: UInt64
  }

  /// What the base's send is doing with the block.
  enum Sink { case idle, quiet, waiting, broken }

  /// Whether the worker has anything more to send.
  enum Ending { case none, asked, notified, finished }

  let descriptor: Int32
  let role: SecureRole
  private(set) var phase: Phase
  /// Ciphertext of the first flight.
  var hello: [UInt8] = []
  /// Among whom it waits, and is counted while it shakes hands.
  private(set) var line = HandshakesUnderWay.nameless
  private(set) var stream: UnsafeMutablePointer<TLSStream>?

  var source = Source.idle
  /// Ciphertext given to OpenSSL since it has said last that it holds no more plaintext.
  var backlog = 0
  var reader = Reader.none

  var order: Order?
  var sink = Sink.idle
  /// Ciphertext on its way out, and which part of it.
  var block: BlockIndex?
  var unsent = 0..<0
  var ending = Ending.none
  /// Since when the base's send waits for its receiver.
  var waitsSince = MonotonicTime.origin
  /// Whether it waits for a block.
  var isStarved = false
  /// Whether its receiver has not taken all of the last quiet send.
  var isSlow = false

  /// Operations at the base whose last completion has not come. Quiet sends don't count.
  var outstanding = 0
  /// Whether it is on the list of those to see to.
  var isDirty = false
  /// When the worker has closed it, until when it may send; nil before.
  var closesAt: MonotonicTime?
  /// Whether the base's send was told to end.
  var isSendCancelled = false

  init(descriptor: Int32, role: SecureRole) {
    self.descriptor = descriptor
    self.role = role
    phase = role == .server ? .hello : .shaking
  }

  deinit {
    stream?.deinitialize(count: 1)
    stream?.deallocate()
  }

  /// Whether data may not flow yet.
  var isShaking: Bool {
    switch phase {
    case .hello, .queued, .shaking: true
    case .open, .failed: false
    }
  }

  /// Whether the two sides have come to terms, whatever became of it.
  var hasCarriedData: Bool { (stream?.pointee.progress ?? .handshaking) != .handshaking }

  /// Why it is of no more use; nil while it is.
  var failure: SecureFailure? {
    if case .failed(let failure) = phase { failure } else { nil }
  }

  /// Ciphertext that is not sent, in bytes.
  var unsentCount: Int { unsent.count + (stream?.pointee.outgoingCount ?? 0) }

  /// Whether there is nothing to send any more, or no way.
  var isDrained: Bool {
    sink == .broken || sink == .idle && unsentCount == 0 && order == nil
  }

  // MARK: Transitions

  /// The first flight is there as a whole, or can't be one, and waits in a line.
  mutating func helloIsWhole(line: Int) {
    precondition(phase == .hello, "a first flight ends once")
    phase = .queued
    self.line = line
  }

  /// The handshake begins.
  mutating func begin(_ stream: consuming TLSStream) {
    precondition(self.stream == nil, "a handshake begins once")
    let memory = UnsafeMutablePointer<TLSStream>.allocate(capacity: 1)
    memory.initialize(to: stream)
    self.stream = memory
    phase = .shaking
  }

  /// The two sides have come to terms.
  mutating func opened() {
    precondition(phase == .shaking, "a handshake ends once")
    phase = .open
  }

  /// Nothing more will come. The first reason stays.
  mutating func failed(_ failure: SecureFailure) {
    if self.failure == nil { phase = .failed(failure) }
  }
}
