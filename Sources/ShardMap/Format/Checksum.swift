internal import CXXHash

/// XXH3 over bytes that come in pieces.
final class Checksum {
  private let stream: OpaquePointer

  /// Traps when memory is out, like any Swift allocation.
  init() {
    guard let stream = shardway_xxh3_stream_create() else {
      fatalError("no memory for a checksum state")
    }
    self.stream = stream
  }

  deinit {
    shardway_xxh3_stream_free(stream)
  }

  func update(_ bytes: UnsafeRawBufferPointer) {
    shardway_xxh3_stream_update(stream, bytes.baseAddress, bytes.count)
  }

  var value: UInt64 { shardway_xxh3_stream_digest(stream) }

  /// The checksum of bytes that are there at once.
  static func of(_ bytes: [UInt8]) -> UInt64 {
    bytes.withUnsafeBytes { of($0) }
  }

  /// The checksum of bytes that are there at once.
  static func of(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
    shardway_xxh3_64(bytes.baseAddress, bytes.count, 0)
  }
}

/// Checksums of the blocks of bytes that come in pieces of any size.
struct BlockChecksums {
  private(set) var values: [UInt64] = []
  private var current = Checksum()
  private var filled = 0

  mutating func update(_ bytes: UnsafeRawBufferPointer) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let part = rest.prefix(MapFormat.blockBytes - filled)
      current.update(UnsafeRawBufferPointer(rebasing: part))
      filled += part.count
      rest = rest.dropFirst(part.count)
      if filled == MapFormat.blockBytes { endBlock() }
    }
  }

  /// The table as it stands in a file; no more bytes come.
  mutating func finish() -> [UInt8] {
    if filled > 0 { endBlock() }
    return values.reduce(into: []) { $0.appendLittleEndian($1) }
  }

  private mutating func endBlock() {
    values.append(current.value)
    current = Checksum()
    filled = 0
  }
}
