import Uring

/// One direction of a session: what was received from its source and is on its way to its sink.
///
/// ```
/// source:  idle ─▶ streaming ─▶ idle …            bytes land in provided buffers, and go out from there
///                  streaming ─▶ cancelling ─▶ idle   the sink is slow: stop receiving, keep the rest in blocks
///          idle ─▶ filling ─▶ idle …               the sink was slow: one block, received into and sent from in turn
///          any  ─▶ ended                           FIN, or an error
/// sink:    idle ─▶ sendingSlices ─▶ idle           quiet send: over at the end of the turn
///          idle ─▶ sendingBlock ─▶ idle            waits for room
///          idle ─▶ finished                        the source has ended, all was sent, FIN was sent
///          any  ─▶ broken                          nothing more can be sent: what comes is thrown away
/// ```
/// A source that rests is treated as if its sink were slow, but for what is there already, which goes on.
/// The order of bytes is: `slices`, then `overflow`. New bytes join `overflow` when it holds any, or when `slices` is full.
struct Lane {
  enum Source {
    case idle, streaming, cancelling, filling, ended

    /// Whether a receive is under way that nothing has told to end.
    var isReceiving: Bool { self == .streaming || self == .filling }
  }
  enum Sink { case idle, sendingSlices, sendingBlock, finished, broken }

  /// What to ask of the kernel for the source.
  enum ReceiveOrder { case none, stream, fill, cancel }
  /// What to ask of the kernel for the sink.
  enum SendOrder { case none, slices, block, finish }

  var source = Source.idle
  var sink = Sink.idle
  var slices = SliceQueue()
  /// How many of `slices` are in the quiet send under way.
  var slicesInFlight = 0
  var overflow = BlockChain()

  /// Whether to receive.
  private enum Listening { case listens, rests, ignores }
  private var listening = Listening.listens

  /// Whether the source is of no more use: what it still sends is not received, and it ends as if it had closed.
  private var ignoresSource: Bool { listening == .ignores }

  /// Whether nothing is received for now.
  var isResting: Bool { listening == .rests }

  /// Nothing more will come of this direction.
  var isOver: Bool {
    switch sink {
    case .finished: true
    case .broken: source == .ended
    default: false
    }
  }

  /// Whether what the source still brings is to be kept. After a goodbye nothing may come behind it.
  var takesBytes: Bool { sink != .broken && !ignoresSource }

  /// Whether any byte waits or is under way.
  var isEmpty: Bool { slices.isEmpty && overflow.isEmpty }

  @inline(__always)
  var receiveOrder: ReceiveOrder {
    switch source {
    case .idle:
      guard overflow.isEmpty, listening != .rests else { return .none }
      guard overflow.ownsBlock else { return .stream }
      // While slices are on their way the block must stay free: what a quiet send leaves over goes there.
      return slices.isEmpty ? .fill : .none
    case .streaming: return overflow.isEmpty && listening == .listens ? .none : .cancel
    case .cancelling, .filling, .ended: return .none
    }
  }

  @inline(__always)
  var sendOrder: SendOrder {
    guard sink == .idle else { return .none }
    if !slices.isEmpty { return .slices }
    if !overflow.isEmpty { return .block }
    return source == .ended ? .finish : .none
  }

  /// Whether the worker has anything to ask of the kernel for this direction, or to conclude from its end.
  @inline(__always)
  var wantsWork: Bool {
    isOver || sendOrder != .none || receiveOrder != .none
  }

  /// Whether there is something to do as soon as the quiet send under way is settled, and nothing under way that will tell.
  var awaitsSettling: Bool {
    sink == .sendingSlices && (!overflow.isEmpty || source == .idle || source == .ended)
  }

  // MARK: Transitions

  /// What became of a slice.
  enum Keeping { case queued, merged, full }

  /// Puts a slice behind those that wait. `merged` means that it lengthened the last one and needs no release of its own; `full` that
  /// its bytes belong into `overflow`.
  @inline(__always)
  mutating func keep(_ slice: ReceivedSlice) -> Keeping {
    guard overflow.isEmpty else { return .full }
    if slices.count > slicesInFlight && slices.lengthenLast(by: slice) { return .merged }
    return slices.append(slice) ? .queued : .full
  }

  /// The receive completed for the last time; it may be asked for again, unless the source has ended.
  mutating func receiveStopped(ended: Bool) {
    source = ended || ignoresSource ? .ended : .idle
  }

  /// Takes no more from the source.
  mutating func ignoreSource() {
    listening = .ignores
    if source == .idle { source = .ended }
  }

  /// Receives nothing until ``listen()``; what is there already goes on.
  mutating func rest() {
    if listening == .listens { listening = .rests }
  }

  /// Receives again.
  mutating func listen() {
    if listening == .rests { listening = .listens }
  }

  /// All slices are in a quiet send.
  mutating func quietSendQueued() {
    sink = .sendingSlices
    slicesInFlight = slices.count
  }

  /// The quiet send is over.
  mutating func quietSendSettled() {
    sink = .idle
    slicesInFlight = 0
  }

  /// Nothing more can be sent, so nothing more is of use.
  mutating func sinkBroke() {
    sink = .broken
    slicesInFlight = 0
    ignoreSource()
  }
}
