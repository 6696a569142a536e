import RandomNumbers

/// A stream of bytes in pieces, as a network may deliver it.
enum Cuts {
  /// One byte at a time.
  static func single(_ bytes: [UInt8]) -> [[UInt8]] { bytes.map { [$0] } }

  /// In pieces of up to `longest` bytes.
  static func random(
    _ bytes: [UInt8], longest: Int, _ random: inout SplitMix64
  ) -> [[UInt8]] {
    var rest = bytes[...]
    var pieces: [[UInt8]] = []
    while !rest.isEmpty {
      let count = Int.random(in: 1...longest, using: &random)
      pieces.append(Array(rest.prefix(count)))
      rest = rest.dropFirst(count)
    }
    return pieces
  }

  /// In two, at every place.
  static func inTwo(_ bytes: [UInt8]) -> [[[UInt8]]] {
    (1..<max(bytes.count, 1)).map { [Array(bytes[..<$0]), Array(bytes[$0...])] }
  }
}
