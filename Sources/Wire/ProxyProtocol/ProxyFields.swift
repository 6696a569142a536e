/// The fields of a PROXY header that are read here: where they stand.
struct ProxyFields {
  private(set) var vpcEndpoint: Range<Int>?
  private(set) var authority: Range<Int>?
  private(set) var checksum: Range<Int>?
  private(set) var route: ProxyRoute?

  /// Reads all fields in a range.
  mutating func read(_ bytes: RawSpan, _ range: Range<Int>) throws(ProxyHeaderError) {
    var cursor = ByteCursor(range)
    while !cursor.isAtEnd {
      let start = cursor.offset
      guard let type = cursor.uint8(bytes), let value = cursor.vector16(bytes) else {
        throw .malformedField(offset: start)
      }
      try take(type, value, at: start, bytes)
    }
  }

  private mutating func take(
    _ type: UInt8, _ value: Range<Int>, at start: Int, _ bytes: RawSpan
  ) throws(ProxyHeaderError) {
    switch type {
    case ProxyFieldType.authority:
      try Self.set(&authority, value, at: start)
    case ProxyFieldType.crc32c:
      if value.count != 4 { throw .malformedField(offset: start) }
      try Self.set(&checksum, value, at: start)
    case ProxyFieldType.aws:
      if value.isEmpty { throw .malformedField(offset: start) }
      if bytes.byte(at: value.lowerBound) == ProxyFieldType.awsVPCEndpoint {
        try Self.set(&vpcEndpoint, value.dropFirst(), at: start)
      }
    case ProxyFieldType.route where ProxyRoute.isMarked(bytes, value):
      guard let read = ProxyRoute(bytes, value) else { throw .malformedField(offset: start) }
      if route != nil { throw .duplicateField(offset: start) }
      route = read
    default: break
    }
  }

  private static func set(
    _ place: inout Range<Int>?, _ value: Range<Int>, at start: Int
  ) throws(ProxyHeaderError) {
    if place != nil { throw .duplicateField(offset: start) }
    place = value
  }
}
