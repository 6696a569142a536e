import MapExchange
import RandomNumbers

/// What became of a snapshot: everything that a caller can see.
struct SnapshotVerdict: Equatable {
  var records: [MapRecord] = []
  var seal: MapSeal?
  var error: ExchangeError?

  /// Reads a snapshot that arrives in these pieces.
  static func reading(
    _ pieces: some Sequence<ArraySlice<UInt8>>, verifier: SealVerifier = Keys.verifier,
    limits: ExchangeLimits = .standard
  ) -> SnapshotVerdict {
    var verdict = SnapshotVerdict()
    var reader = SnapshotReader(verifier: verifier, limits: limits)
    do throws(ExchangeError) {
      for piece in pieces {
        reader.receive(piece)
        while let record = try reader.next() { verdict.records.append(record) }
      }
      reader.receiveEnd()
      while let record = try reader.next() { verdict.records.append(record) }
      verdict.seal = try reader.finish().seal
    } catch {
      verdict.error = error
    }
    return verdict
  }

  static func reading(
    _ body: [UInt8], verifier: SealVerifier = Keys.verifier, limits: ExchangeLimits = .standard
  ) -> SnapshotVerdict {
    reading([body[...]], verifier: verifier, limits: limits)
  }
}

/// Cuts bytes into pieces.
enum Cut {
  static func every(_ count: Int, _ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
    stride(from: 0, to: bytes.count, by: count).map { bytes[$0..<min($0 + count, bytes.count)] }
  }

  static func randomly(_ bytes: [UInt8], _ random: inout SplitMix64) -> [ArraySlice<UInt8>] {
    var pieces: [ArraySlice<UInt8>] = []
    var start = 0
    while start < bytes.count {
      let end = min(bytes.count, start + Int.random(in: 0...bytes.count, using: &random))
      pieces.append(bytes[start..<end])
      start = end
    }
    return pieces
  }
}
