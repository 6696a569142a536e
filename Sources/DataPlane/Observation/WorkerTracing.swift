import Routing
import Telemetry
import Wire

/// What a worker keeps in mind of the requests that it may have to tell a collector of.
///
/// Most are not told of, so little is noted while they run: a reference to what is known anyway. Names are looked up at the end, of those few.
struct WorkerTracing: ~Copyable {
  /// What is known of a session's trace. A place belongs to the session whose generation it has.
  struct Entry {
    var generation: UInt32 = 0
    /// Where the session belongs in its client's trace.
    var session: TraceContext?
    /// Where the request under way belongs, by its own comment.
    var request: TraceContext?
    /// Where the one behind it does, whose statement has come already.
    var following: TraceContext?
    /// What the request under way is called, once that was asked for.
    var own: TraceContext?
    /// The first error that the request has met.
    var sqlState: SQLState?
    /// How it goes, and by which map.
    var route: Route?
    var mapEdition: UInt64 = 0

    /// Nothing is known of a session of this generation.
    init(generation: UInt32 = 0) { self.generation = generation }

    /// The request is over: the next one begins.
    mutating func requestIsOver() {
      request = following
      following = nil
      own = nil
      sqlState = nil
    }
  }

  /// Whether requests are traced at all.
  let isOn: Bool
  let sampling: TraceSampling
  /// Makes the identities of traces, spans and sessions.
  var identifiers: TraceIdentifiers
  /// Grows with each map: a route's indices are of the one that it was found with.
  private(set) var mapEdition: UInt64 = 0
  private let sessionSeed: UInt64
  private var entries: [Entry] = []

  /// Tracing by these settings, or none: then no memory is taken.
  init(_ settings: TracingSettings?, sessions: Int, seed: UInt64) {
    isOn = settings != nil
    sampling = settings?.sampling ?? TracingSettings.standardSampling
    identifiers = TraceIdentifiers(seed: seed)
    sessionSeed = identifiers.next()
    if isOn { entries = Array(repeating: Entry(), count: sessions) }
  }

  /// What is known of a session, in its place: an entry is never copied. Only where ``isOn``.
  subscript(handle: SlabHandle) -> Entry {
    @inline(__always) mutating _read {
      forgetOther(handle)
      yield entries[Int(handle.index)]
    }
    @inline(__always) _modify {
      forgetOther(handle)
      yield &entries[Int(handle.index)]
    }
  }

  /// The place may have been another session's.
  @inline(__always)
  private mutating func forgetOther(_ handle: SlabHandle) {
    let place = Int(handle.index)
    if entries[place].generation != handle.generation {
      entries[place] = Entry(generation: handle.generation)
    }
  }

  /// What the session's request is called, now and until its end. Only where ``isOn``.
  mutating func identity(of handle: SlabHandle) -> TraceContext {
    if let own = self[handle].own { return own }
    let parent = self[handle].request ?? self[handle].session
    let own = TraceContext(
      trace: parent?.trace ?? identifiers.trace(), span: identifiers.next(), isSampled: true)!
    self[handle].own = own
    return own
  }

  /// The worker uses another map.
  mutating func mapChanged() { mapEdition += 1 }

  /// The session's identity in logs and traces: it follows from its place, so nothing is kept for it.
  func session(_ handle: SlabHandle) -> UInt64 {
    TraceIdentifiers.part(
      UInt64(handle.generation) << 32 | UInt64(handle.index) &+ 1, of: sessionSeed)
  }
}
