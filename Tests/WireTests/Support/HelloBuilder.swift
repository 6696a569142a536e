import TestSupport

/// Builds ClientHellos, right and wrong ones.
struct HelloBuilder {
  var version = hex("0303")
  var random = [UInt8](repeating: 0xAA, count: 32)
  var sessionID: [UInt8] = []
  var cipherSuites = hex("1301 c02f")
  var compressionMethods: [UInt8] = [0]
  /// nil leaves the list of extensions out.
  var extensions: [[UInt8]]? = []

  /// The handshake message, its header included.
  var handshake: [UInt8] {
    var body = version + random + vector8(sessionID) + vector16(cipherSuites)
    body += vector8(compressionMethods)
    if let extensions { body += vector16(extensions.flatMap { $0 }) }
    return Self.handshake(type: 1, body)
  }

  /// The handshake message in one record.
  var flight: [UInt8] { Self.record(handshake) }

  static func handshake(type: UInt8, _ body: [UInt8]) -> [UInt8] {
    [type] + bigEndian(body.count, bytes: 3) + body
  }

  static func record(type: UInt8 = 22, version: String = "0301", _ payload: [UInt8]) -> [UInt8] {
    [type] + hex(version) + vector16(payload)
  }

  /// The handshake message in records of these many bytes, and the rest in one more.
  static func records(_ handshake: [UInt8], cutAfter counts: [Int]) -> [UInt8] {
    var rest = handshake[...]
    var flight: [UInt8] = []
    for count in counts {
      flight += record(Array(rest.prefix(count)))
      rest = rest.dropFirst(count)
    }
    return rest.isEmpty ? flight : flight + record(Array(rest))
  }

  static func named(_ name: String) -> HelloBuilder {
    HelloBuilder(extensions: [serverName(.init(text: name))])
  }

  static func serverName(type: UInt8 = 0, _ name: [UInt8]) -> [UInt8] {
    extensionOf(type: 0, vector16([type] + vector16(name)))
  }

  static func applicationProtocols(_ names: [String]) -> [UInt8] {
    extensionOf(type: 16, vector16(names.flatMap { vector8(.init(text: $0)) }))
  }

  static func extensionOf(type: Int, _ body: [UInt8]) -> [UInt8] {
    bigEndian(type, bytes: 2) + vector16(body)
  }
}

func vector8(_ bytes: [UInt8]) -> [UInt8] { [UInt8(bytes.count)] + bytes }
func vector16(_ bytes: [UInt8]) -> [UInt8] { bigEndian(bytes.count, bytes: 2) + bytes }
