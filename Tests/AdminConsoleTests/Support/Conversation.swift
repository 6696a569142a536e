import Authentication
import Wire

@testable import AdminConsole

/// A client's side of a console connection: it sends, in pieces of some length, and keeps all that it is told.
struct Conversation {
  var session: AdminSession
  /// All bytes that the client got.
  private(set) var output: [UInt8] = []
  /// What the console had run, with who ordered it.
  private(set) var runs: [String] = []
  /// What happened besides, in order.
  private(set) var events: [String] = []
  private(set) var isClosed = false
  /// What becomes of a statement; nil leaves it running.
  var outcome: (AdminStatement) -> AdminOutcome? = { _ in .done() }
  /// Bytes of one piece.
  let cut: Int
  var wait: Duration?

  static let catalog = AdminCatalog(version: "Shardway test", counters: ["taken", "given"])
  static let salt = Array("saltsaltsaltsalt".utf8)

  static func access(_ method: AdminAccess.Method = .trust) -> AdminAccess {
    AdminAccess(users: ["olga"], statsUsers: ["sven"], method: method)
  }

  static var scram: AdminAccess {
    let users = ["olga", "sven", "gone"]
    let verifiers = users.map { user in
      (user, ScramVerifier(password: Array("\(user)!".utf8), salt: salt, iterations: 4))
    }
    return access(.scram(Dictionary(uniqueKeysWithValues: verifiers)))
  }

  init(_ access: AdminAccess = Conversation.access(), cut: Int = .max) {
    self.cut = cut
    session = AdminSession(
      Self.catalog, access,
      AdminSession.Identity(
        processID: 7, key: [1, 2, 3, 4], nonce: Array(0..<18), mockSecret: Array("mock".utf8)))
  }

  /// A conversation of a user who is in, and has read all that it was told.
  static func loggedIn(as user: String = "olga", cut: Int = .max) -> Conversation {
    var conversation = Conversation(cut: cut)
    conversation.send(startup(user))
    conversation.output = []
    conversation.events = []
    return conversation
  }

  static func startup(_ user: String, database: String = "shardway", version: UInt8 = 0) -> [UInt8]
  {
    let body = Array("user\0\(user)\0database\0\(database)\0\0".utf8)
    return [0, 0, 0, UInt8(body.count + 8), 0, 3, 0, version] + body
  }

  static func message(_ type: Character, _ body: [UInt8] = []) -> [UInt8] {
    MessageEncoder.encode(type: type.asciiValue!, body: body)
  }

  static func query(_ text: String) -> [UInt8] { message("Q", Array(text.utf8) + [0]) }

  mutating func send(_ bytes: [UInt8]) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let piece = Array(rest.prefix(cut))
      rest = rest.dropFirst(piece.count)
      take(session.receive(piece.span.bytes, throttledFor: wait))
    }
  }

  mutating func finish(_ outcome: AdminOutcome) { take(session.finish(outcome)) }

  private mutating func take(_ actions: [AdminAction]) {
    for action in actions {
      switch action {
      case .send(let bytes): output += bytes
      case .run(let statement, let user):
        runs.append("\(user): \(statement)")
        if let outcome = outcome(statement) { finish(outcome) }
      case .cancel(let processID, let key): events.append("cancel \(processID) \(key)")
      case .loggedIn(let user): events.append("in \(user)")
      case .rejected(let user, let isGuess): events.append("out \(user) \(isGuess)")
      case .close: isClosed = true
      }
    }
  }

  /// The messages that the client got: type, and what a person reads of the body.
  var messages: [String] {
    var messages: [String] = []
    var rest = output[...]
    while rest.count >= 5 {
      let type = Character(Unicode.Scalar(rest.removeFirst()))
      let length = rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
      let body = Array(rest.dropFirst(4).prefix(length - 4))
      rest = rest.dropFirst(length)
      messages.append(Self.text(type, body))
    }
    return messages
  }

  /// The types of these messages in a row.
  var types: String { String(messages.compactMap(\.first)) }

  private static func text(_ type: Character, _ body: [UInt8]) -> String {
    switch type {
    case "E", "N":
      guard let error = try? ErrorResponse.decode(body.span.bytes) else { return "\(type)?" }
      let place = error.position.map { "@\($0)" } ?? ""
      return "\(type) \(error.severity.rawValue) \(error.sqlState) \(error.message)\(place)"
    case "C": return "C \(String(decoding: body.dropLast(), as: UTF8.self))"
    case "Z": return "Z\(Character(Unicode.Scalar(body[0])))"
    case "D":
      let values = (try? DataRow.decode(body.span.bytes, columnCount: Int(body[1])))?.columns ?? []
      return "D "
        + values.map { $0.map { String(decoding: body[$0], as: UTF8.self) } ?? "-" }
        .joined(separator: "|")
    default: return "\(type)"
    }
  }
}
