/// Reads Server-Sent Events (WHATWG HTML, section 9.2.6) for their ids. Nothing else of an event is
/// kept: it is a hint.
public struct EventStreamParser: Sendable {
  /// Longest line that is kept, in bytes; what is longer can be no id.
  public static let lineBytes = 64

  private var line: [UInt8] = []
  private var isTooLong = false
  private var wasReturn = false
  private var id: UInt64?

  /// A parser at the beginning of a stream.
  public init() {}

  /// Takes the next bytes and gives the ids of the events that are complete with them.
  public mutating func receive(_ bytes: some Sequence<UInt8>) -> [UInt64] {
    var ids: [UInt64] = []
    for byte in bytes {
      defer { wasReturn = byte == UInt8(ascii: "\r") }
      switch byte {
      case UInt8(ascii: "\n") where wasReturn: break
      case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
        if let found = endLine() { ids.append(found) }
      default:
        if line.count < Self.lineBytes { line.append(byte) } else { isTooLong = true }
      }
    }
    return ids
  }

  /// An empty line ends an event.
  private mutating func endLine() -> UInt64? {
    defer {
      line.removeAll(keepingCapacity: true)
      isTooLong = false
    }
    if line.isEmpty {
      defer { id = nil }
      return id
    }
    guard !isTooLong, line.starts(with: "id:".utf8) else { return nil }
    let value = line.dropFirst(3)
    let text = value.first == UInt8(ascii: " ") ? value.dropFirst() : value
    id =
      text.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
      ? UInt64(String(decoding: text, as: UTF8.self)) : nil
    return nil
  }
}
