import Wire

/// Messages as clients of the pool send them.
enum PoolRequests {
  static func query(_ text: String, filler: Int = 0) -> [UInt8] {
    let body = Array(text.utf8) + [UInt8](repeating: UInt8(ascii: " "), count: filler) + [0]
    return MessageEncoder.encode(type: FrontendMessageType.query, body: body)
  }

  static func parse(_ name: String, _ text: String, filler: Int = 0) -> [UInt8] {
    let body =
      terminated(name) + Array(text.utf8) + [UInt8](repeating: UInt8(ascii: " "), count: filler)
    return MessageEncoder.encode(type: FrontendMessageType.parse, body: body + [0, 0, 0])
  }

  static func bind(_ portal: String, _ name: String, _ parameters: [String]) -> [UInt8] {
    var body = terminated(portal) + terminated(name) + [0, 0] + word(parameters.count, 2)
    for parameter in parameters { body += word(parameter.utf8.count, 4) + Array(parameter.utf8) }
    return MessageEncoder.encode(type: FrontendMessageType.bind, body: body + [0, 0])
  }

  static func describe(_ kind: Character, _ name: String) -> [UInt8] {
    named(FrontendMessageType.describe, kind, name)
  }

  static func close(_ kind: Character, _ name: String) -> [UInt8] {
    named(FrontendMessageType.close, kind, name)
  }

  static func execute(_ portal: String, maximum: Int = 0) -> [UInt8] {
    MessageEncoder.encode(
      type: FrontendMessageType.execute, body: terminated(portal) + word(maximum, 4))
  }

  static func copyData(_ bytes: [UInt8]) -> [UInt8] {
    MessageEncoder.encode(type: FrontendMessageType.copyData, body: bytes)
  }

  static let sync = MessageEncoder.encode(type: FrontendMessageType.sync, body: [])
  static let flush = MessageEncoder.encode(type: FrontendMessageType.flush, body: [])
  static let copyDone = MessageEncoder.encode(type: FrontendMessageType.copyDone, body: [])
  static let copyFail = MessageEncoder.encode(
    type: FrontendMessageType.copyFail, body: terminated("no more"))
  static let terminate = MessageEncoder.encode(type: FrontendMessageType.terminate, body: [])

  private static func named(_ type: UInt8, _ kind: Character, _ name: String) -> [UInt8] {
    MessageEncoder.encode(type: type, body: [kind.asciiValue!] + terminated(name))
  }

  private static func terminated(_ text: String) -> [UInt8] { Array(text.utf8) + [0] }

  private static func word(_ value: Int, _ bytes: Int) -> [UInt8] {
    (0..<bytes).reversed().map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }
}
