import Wire

/// Bytes in, whole messages out.
struct MessageQueue {
  struct Message: CustomStringConvertible {
    let type: UInt8
    let body: [UInt8]
    /// The how manieth it is.
    let number: Int

    /// Its type, and the beginning of its body where that can be read.
    var description: String {
      let shown = body.prefix(100).map { 0x20..<0x7F ~= $0 ? $0 : UInt8(ascii: ".") }
      return "\(UnicodeScalar(type)) “\(String(decoding: shown, as: UTF8.self))”"
    }
  }

  private var bytes = ByteQueue()
  private var count = 0
  /// Whether a length has come that no message can have.
  private(set) var isMalformed = false
  /// The beginning of what is there, for people.
  var beginning: [UInt8] { bytes.withBytes { Array($0.prefix(40)) } }

  /// Whether nothing of the next message has come.
  var isEmpty: Bool { bytes.isEmpty }

  mutating func append(_ more: [UInt8]) { bytes.append(more) }

  /// The next message, once all of it is there.
  mutating func next() -> Message? {
    guard bytes.count >= 5 else { return nil }
    let length = bytes.withBytes { bytes in bytes[1..<5].reduce(0) { $0 << 8 | Int($1) } }
    isMalformed = isMalformed || length < 4
    guard !isMalformed, bytes.count >= 1 + length else { return nil }
    let message = bytes.take(1 + length)
    count += 1
    return Message(type: message[0], body: Array(message[5...]), number: count)
  }
}
