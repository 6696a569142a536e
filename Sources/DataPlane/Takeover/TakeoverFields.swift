/// Writes the values of a takeover's messages: numbers little-endian, texts behind their lengths.
struct TakeoverWriter {
  private(set) var bytes: [UInt8] = []

  mutating func put(_ number: some FixedWidthInteger) {
    withUnsafeBytes(of: number.littleEndian) { bytes += $0 }
  }

  mutating func put(_ text: [UInt8]) {
    put(UInt32(text.count))
    bytes += text
  }

  mutating func put(_ text: String) { put(Array(text.utf8)) }

  /// A value that may be left out by whoever doesn't know its tag.
  mutating func put(tag: UInt8, _ fill: (inout TakeoverWriter) -> Void) {
    var value = TakeoverWriter()
    fill(&value)
    put(tag)
    put(value.bytes)
  }
}

/// Reads the values of a takeover's messages, each checked against what is there.
struct TakeoverFields {
  private let bytes: ArraySlice<UInt8>
  private var place: Int

  init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    place = bytes.startIndex
  }

  /// Whether all was read.
  var isAtEnd: Bool { place == bytes.endIndex }

  mutating func number<Number: FixedWidthInteger>(
    _ type: Number.Type
  ) throws(TakeoverError) -> Number {
    let width = Number.bitWidth / 8
    var number: Number = 0
    for (offset, byte) in try take(width).enumerated() {
      number |= Number(truncatingIfNeeded: byte) << Number(8 * offset)
    }
    return number
  }

  mutating func text() throws(TakeoverError) -> [UInt8] { Array(try slice()) }

  mutating func string() throws(TakeoverError) -> String {
    String(decoding: try slice(), as: UTF8.self)
  }

  /// The next tag and its value; nil when all was read.
  mutating func field() throws(TakeoverError) -> (tag: UInt8, value: TakeoverFields)? {
    guard !isAtEnd else { return nil }
    let tag = try number(UInt8.self)
    return (tag, TakeoverFields(try slice()))
  }

  private mutating func slice() throws(TakeoverError) -> ArraySlice<UInt8> {
    try take(Int(try number(UInt32.self)))
  }

  private mutating func take(_ count: Int) throws(TakeoverError) -> ArraySlice<UInt8> {
    guard count <= bytes.endIndex - place else {
      throw .malformed("it ends in the middle of a value")
    }
    defer { place += count }
    return bytes[place..<place + count]
  }
}
