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
    bytes.withUnsafeBytes { shardway_xxh3_64($0.baseAddress, $0.count, 0) }
  }
}
