import TLS

/// One client's connection.
struct Connection: ~Copyable {
  let descriptor: Int32
  var session: BackendSession
  var tls: TLSStream?
  var backlog = Backlog()
  /// What has come of the PROXY header that the connection begins with; nil when none is expected any more.
  var proxyPart: [UInt8]?
  /// Operations whose completion is to come: the place is given back only when there are none.
  var operations = 0
  var isReceiving = false
  /// Whether a send that waits for room is under way.
  var isSending = false
  /// Whether it ends as soon as everything is sent.
  var isEnding = false
  /// Whether it is over, and nothing more can be sent.
  var isBroken = false
  var isShutDown = false
  /// Whether the client was told that TLS ends.
  var hasSaidGoodbye = false
  /// Whether it stands in the list of those that have something to do at the end of the turn.
  var isListed = false
  /// Pieces of answers of this turn.
  var answer = 0..<0
  /// Pieces that were sent at the end of the last turn, of the buffer before.
  var sent = 0..<0

  init(_ descriptor: Int32, _ session: consuming BackendSession, expectsProxyHeader: Bool) {
    self.descriptor = descriptor
    self.session = session
    proxyPart = expectsProxyHeader ? [] : nil
  }

  /// The bytes to send next of what waits.
  ///
  /// - Precondition: something waits, and no send is under way.
  mutating func nextToSend(scratch: inout [UInt8]) throws(TLSError) -> UnsafeRawBufferPointer {
    guard tls != nil else { return backlog.next() }
    return try backlog.next(encryptedBy: &tls!, scratch: &scratch)
  }
}

/// A fixed number of places for connections.
///
/// A place is given back only when no operation is under way that names it, so that no completion can ever mean an earlier connection.
///
/// Invariant that keeps the pointers safe: `places` holds `capacity` elements; exactly those that are taken are initialized; an index is checked
/// against `capacity`.
struct ConnectionTable: ~Copyable {
  private let places: UnsafeMutablePointer<Connection>
  private let capacity: Int
  private var isTaken: [Bool] = []
  private var free: [UInt32] = []
  /// How many connections there are.
  private(set) var count = 0

  init(capacity: Int) {
    self.capacity = capacity
    places = .allocate(capacity: capacity)
  }

  deinit {
    for index in isTaken.indices where isTaken[index] { (places + index).deinitialize(count: 1) }
    places.deallocate()
  }

  /// Whether all places are taken.
  var isFull: Bool { count == capacity }

  /// Where connections can be: below this.
  var highWaterMark: Int { isTaken.count }

  /// Whether there is a connection at a place.
  func isTaken(_ index: Int) -> Bool { isTaken[index] }

  /// Takes a place.
  ///
  /// - Precondition: not all are taken.
  mutating func insert(_ connection: consuming Connection) -> Int {
    precondition(!isFull, "all places are taken")
    let index: Int
    if let reused = free.popLast() {
      index = Int(reused)
      isTaken[index] = true
    } else {
      index = isTaken.count
      isTaken.append(true)
    }
    (places + index).initialize(to: connection)
    count += 1
    return index
  }

  /// Gives a place back.
  mutating func remove(_ index: Int) {
    precondition(isTaken[index], "a place was given back twice")
    (places + index).deinitialize(count: 1)
    isTaken[index] = false
    free.append(UInt32(index))
    count -= 1
  }

  subscript(index: Int) -> Connection {
    @inline(__always) _read {
      precondition(index < capacity)
      yield places[index]
    }
    @inline(__always) _modify {
      precondition(index < capacity)
      yield &places[index]
    }
  }
}
