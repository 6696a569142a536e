import TestSupport

extension [UInt8] {
  init(text: String) { self = Array(text.utf8) }

  /// These bytes as text.
  var text: String { String(decoding: self, as: UTF8.self) }
}

/// Messages built and taken apart by hand, so that encoders are not tested against decoders only.
enum Message {
  static func whole(_ type: Character, _ body: [UInt8] = []) -> [UInt8] {
    [type.asciiValue!] + bigEndian(body.count + 4, bytes: 4) + body
  }

  /// The bodies of the whole messages that follow one another in `bytes`, by their types.
  static func split(_ bytes: [UInt8]) -> [(type: Character, body: [UInt8])] {
    var messages: [(Character, [UInt8])] = []
    var rest = bytes[...]
    while !rest.isEmpty {
      let type = Character(Unicode.Scalar(rest.removeFirst()))
      let length = rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
      messages.append((type, Array(rest.dropFirst(4).prefix(length - 4))))
      rest = rest.dropFirst(length)
    }
    return messages
  }

  /// The body of a `p` message that chooses a mechanism.
  static func initial(_ mechanism: String, _ data: String) -> [UInt8] {
    Array(mechanism.utf8) + [0] + bigEndian(data.utf8.count, bytes: 4) + Array(data.utf8)
  }

  /// The body of an `R` message.
  static func request(_ code: Int, _ rest: String = "") -> [UInt8] {
    bigEndian(code, bytes: 4) + Array(rest.utf8)
  }

  /// The body of an `E` message.
  static func error(_ sqlState: String, _ message: String) -> [UInt8] {
    ["SFATAL", "VFATAL", "C\(sqlState)", "M\(message)"].flatMap { Array($0.utf8) + [0] } + [0]
  }
}
