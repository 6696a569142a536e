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

  /// Takes the batch out, for the kernel, into two arrays that are empty; the next batch is empty, too.
  mutating func take(_ bytes: inout [UInt8], _ places: inout [UInt32]) {
    swap(&bytes, &spare)
    swap(&places, &sparePlaces)
    swap(&bytes, &self.bytes)
    swap(&places, &self.places)
  }

  /// Takes the memory of a batch back that the kernel has done with, out of the two arrays.
  mutating func giveBack(_ bytes: inout [UInt8], _ places: inout [UInt32]) {
    bytes.removeAll(keepingCapacity: true)
    places.removeAll(keepingCapacity: true)
    swap(&bytes, &spare)
    swap(&places, &sparePlaces)
  }
}
