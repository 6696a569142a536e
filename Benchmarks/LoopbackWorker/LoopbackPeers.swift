/// One end of a connection to the router.
struct LoopbackPeer {
  /// The token with which the router listens to it; nil until it does.
  var receiver: UInt64?
  /// What it has said while nobody listened.
  var waiting: Utterance?
  /// What it is being told.
  var hears: Utterance
  /// How much of that is still to come, in bytes.
  var due: Int
}

/// All peers, by descriptor.
///
/// Invariant that keeps the pointer safe: `peers` has `count` elements for the life of the object, and
/// every descriptor is checked against that.
struct LoopbackPeers: ~Copyable {
  private let peers: UnsafeMutablePointer<LoopbackPeer>
  private let count: Int

  /// The listener's place, which stays unused, then `sessions` clients that expect a welcome of so
  /// many bytes, then as many servers.
  init(sessions: Int, welcomeBytes: Int) {
    count = 1 + 2 * sessions
    peers = .allocate(capacity: count)
    peers.initialize(
      repeating: LoopbackPeer(receiver: nil, waiting: nil, hears: .welcome, due: welcomeBytes),
      count: count)
  }

  deinit { peers.deallocate() }

  subscript(descriptor: Int32) -> LoopbackPeer {
    get {
      precondition(descriptor > 0 && Int(descriptor) < count, "no such descriptor")
      return peers[Int(descriptor)]
    }
    nonmutating _modify {
      precondition(descriptor > 0 && Int(descriptor) < count, "no such descriptor")
      yield &peers[Int(descriptor)]
    }
  }
}
