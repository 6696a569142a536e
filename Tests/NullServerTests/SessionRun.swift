import Testing
import Wire

@testable import NullServer

/// A session without a connection: bytes in, answers out.
struct SessionRun: ~Copyable {
  private var session = BackendSession(CannedAnswers(), processID: 7)
  private var answers = AnswerBuffer()
  private(set) var output: [UInt8] = []
  private(set) var hasEnded = false

  /// A client that has logged in already, unless `isStarted` is false.
  init(isStarted: Bool = true) {
    guard isStarted else { return }
    take(Requests.startup())
    output = []
  }

  /// Gives bytes to the session.
  mutating func take(_ bytes: [UInt8], offersTLS: Bool = false) {
    guard !hasEnded else { return }
    let start = answers.begin(continuing: 0..<0)
    let verdict = session.receive(bytes.span.bytes, offersTLS: offersTLS, &answers)
    for place in answers.end(from: start) {
      let piece = answers.pieces[place]
      if let address = piece.bytes {
        output += UnsafeBufferPointer(start: address, count: piece.count)
      } else {
        output += [UInt8](repeating: AnswerBuffer.letter, count: piece.count)
      }
    }
    answers.reset()
    if verdict == .ends { hasEnded = true }
  }

  /// The messages that were answered, and forgets them.
  mutating func takeMessages() throws -> [Message] {
    defer { output = [] }
    return try Message.all(in: output)
  }

  /// What a query is answered with.
  mutating func query(_ text: String) throws -> [Message] {
    take(Requests.query(text))
    return try takeMessages()
  }
}

/// A message of a server.
struct Message: Equatable, CustomStringConvertible {
  let type: Character
  let body: [UInt8]

  var description: String { "\(type)\(text)" }

  /// The body as text, with dots for what can't be shown.
  var text: String {
    String(decoding: body.map { 0x20..<0x7F ~= $0 ? $0 : UInt8(ascii: ".") }, as: UTF8.self)
  }

  /// The value of the only column of a row.
  var value: String? {
    type == "D" && body.count >= 6 ? String(decoding: body[6...], as: UTF8.self) : nil
  }

  /// All messages; an issue when the last one is not whole.
  static func all(in bytes: [UInt8]) throws -> [Message] {
    var messages: [Message] = []
    var rest = bytes[...]
    while let first = rest.first {
      try #require(rest.count >= 5)
      let length = rest.dropFirst().prefix(4).reduce(0) { $0 << 8 | Int($1) }
      try #require(rest.count >= length + 1)
      messages.append(
        Message(
          type: Character(UnicodeScalar(first)), body: Array(rest.dropFirst(5).prefix(length - 4))))
      rest = rest.dropFirst(length + 1)
    }
    return messages
  }
}

extension [Message] {
  /// The types of all, and for the ends of commands and errors what they say: `T D C(SELECT 1) Z(I)`.
  var summary: String {
    map { message in
      switch message.type {
      case "C": "C(\(message.text.dropLast()))"
      case "Z": "Z(\(message.text))"
      case "E": "E(\(message.code ?? ""))"
      default: "\(message.type)"
      }
    }.joined(separator: " ")
  }
}

extension Message {
  /// The code of an error.
  var code: String? {
    try? ErrorResponse.decode(body.span.bytes).sqlState.description
  }
}

/// Messages of a client.
enum Requests {
  static func message(_ type: Character, _ body: [UInt8]) -> [UInt8] {
    [type.asciiValue!] + integer(UInt32(body.count + 4)) + body
  }

  static func integer<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
    withUnsafeBytes(of: value.bigEndian) { Array($0) }
  }

  static func terminated(_ text: String) -> [UInt8] { Array(text.utf8) + [0] }

  static func startup(_ parameters: [(String, String)] = [("user", "ann")]) -> [UInt8] {
    let body =
      integer(UInt32(196_608)) + parameters.flatMap { terminated($0) + terminated($1) } + [0]
    return integer(UInt32(body.count + 4)) + body
  }

  static func query(_ text: String) -> [UInt8] { message("Q", terminated(text)) }

  static func parse(_ text: String, as name: String = "", types: [UInt32] = []) -> [UInt8] {
    message(
      "P",
      terminated(name) + terminated(text) + integer(UInt16(types.count))
        + types.flatMap { integer($0) })
  }

  static func bind(
    _ statement: String = "", portal: String = "", parameters: [[UInt8]] = [],
    parameterFormat: UInt16 = 0, columnFormats: [UInt16] = []
  ) -> [UInt8] {
    message(
      "B",
      terminated(portal) + terminated(statement) + integer(UInt16(1)) + integer(parameterFormat)
        + integer(UInt16(parameters.count))
        + parameters.flatMap { integer(UInt32($0.count)) + $0 }
        + integer(UInt16(columnFormats.count)) + columnFormats.flatMap { integer($0) })
  }

  static func describe(_ kind: Character, _ name: String = "") -> [UInt8] {
    message("D", [kind.asciiValue!] + terminated(name))
  }

  static func execute(_ portal: String = "", rows: UInt32 = 0) -> [UInt8] {
    message("E", terminated(portal) + integer(rows))
  }

  static func close(_ kind: Character, _ name: String = "") -> [UInt8] {
    message("C", [kind.asciiValue!] + terminated(name))
  }

  static let sync = message("S", [])
  static let flush = message("H", [])
  static let terminate = message("X", [])
}
