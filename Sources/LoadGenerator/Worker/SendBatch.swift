/// What a worker sends at once: the bytes of many connections one behind the other, and whose they
/// are.
///
/// While the kernel has one batch the next is filled, so that answers can be taken before it is
/// known whether all sends were whole.
struct SendBatch: ~Copyable {
  /// The batch that is being filled.
  var bytes: [UInt8] = []
  /// Connections that have bytes in it; one whose bytes were dropped is still named.
  private(set) var places: [UInt32] = []
  /// The memory of the other batch while the kernel has none.
  private var spare: [UInt8] = []
  private var sparePlaces: [UInt32] = []

  init() {
    bytes.reserveCapacity(1 << 16)
    spare.reserveCapacity(1 << 16)
    places.reserveCapacity(1024)
    sparePlaces.reserveCapacity(1024)
  }

  /// Names a connection that has bytes now.
  mutating func add(_ place: Int) { places.append(UInt32(place)) }

  /// Takes the batch out, for the kernel; the next one is empty.
  mutating func take() -> (bytes: [UInt8], places: [UInt32]) {
    var taken = (bytes: spare, places: sparePlaces)
    spare = []
    sparePlaces = []
    swap(&taken.bytes, &bytes)
    swap(&taken.places, &places)
    return taken
  }

  /// Takes the memory of a batch back that the kernel has done with.
  mutating func giveBack(_ taken: consuming (bytes: [UInt8], places: [UInt32])) {
    (spare, sparePlaces) = taken
    spare.removeAll(keepingCapacity: true)
    sparePlaces.removeAll(keepingCapacity: true)
  }
}
