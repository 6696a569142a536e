import Wire

/// The extended query protocol.
extension PostgresSession {
  /// Takes a message of the extended protocol.
  func extended(_ type: UInt8, _ words: BodyWords) throws(Failure) {
    var words = words
    switch type {
    case FrontendMessageType.parse:
      let name = words.string()
      try prepare(name, SimulatedText(words.bytes()))
      say(CompletionMessage.parseComplete.encoded())
    case FrontendMessageType.bind:
      try bind(&words)
      say(CompletionMessage.bindComplete.encoded())
    case FrontendMessageType.describe:
      try describe(isStatement: words.byte() == UInt8(ascii: "S"), words.string())
    case FrontendMessageType.execute:
      try execute(words.string(), maximum: words.number(4))
    case FrontendMessageType.close:
      let isStatement = words.byte() == UInt8(ascii: "S")
      let name = words.string()
      if isStatement { _ = forget(name) } else { put(nil, as: name) }
      say(CompletionMessage.closeComplete.encoded())
    default:
      throw Failure(state: "08P01", text: "unknown message")
    }
  }

  private func bind(_ words: inout BodyWords) throws(Failure) {
    let name = words.string()
    let text = try prepared(words.string())
    let statement = try check(text.statements.first ?? .nothing)
    _ = words.number(2)
    var parameters: [String] = []
    for _ in 0..<words.number(2) {
      parameters.append(String(decoding: words.take(words.number(4)), as: UTF8.self))
    }
    let tag = parameters.first.flatMap { RequestTag($0) } ?? text.tag
    put(Portal(statement: statement, parameters: parameters, tag: tag), as: name)
  }

  private func describe(isStatement: Bool, _ name: String) throws(Failure) {
    let statement: SimulatedSQL
    if isStatement {
      statement = try prepared(name).statements.first.flatMap(\.self) ?? .nothing
      if statement.columns != nil { _ = try check(statement) }
      var types: [UInt32] = []
      if case .parameterRows = statement { types = [25, 25, 25, 25] }
      say(ParameterDescription.encoded(types: types))
    } else {
      statement = try portal(name).statement
      if statement.columns != nil { _ = try check(statement) }
    }
    if let columns = statement.columns {
      say(RowDescription.encoded(columns.map { .init($0) }))
    } else {
      say(CompletionMessage.noData.encoded())
    }
  }

  private func execute(_ name: String, maximum: Int) throws(Failure) {
    var portal = try portal(name)
    if !portal.hasRun, let tag = portal.tag { willRun(tag) }
    portal.hasRun = true
    put(portal, as: name)
    let statement = try check(portal.statement)
    guard case .parameterRows(let variant) = statement, portal.parameters.count > 2 else {
      return try run(
        statement, parameters: portal.parameters, tag: portal.tag, isExtended: true)
    }
    let count = Int(portal.parameters[1]) ?? 0
    let end = maximum == 0 ? count : min(count, portal.rowsGiven + maximum)
    for number in portal.rowsGiven..<max(end, portal.rowsGiven) {
      let filler = Self.filler(Int(portal.parameters[2]) ?? 0, number)
      say(DataRow.encoded([Array(portal.parameters[0].utf8), Array(variant.utf8), filler]))
    }
    portal.rowsGiven = end
    put(portal, as: name)
    if maximum > 0, end < count {
      say(CompletionMessage.portalSuspended.encoded())
    } else {
      complete("SELECT \(count)")
    }
  }
}

/// Reads the body of a message, word by word; what isn't there reads as nothing.
struct BodyWords {
  private let body: [UInt8]
  private var place = 0

  init(_ body: [UInt8]) { self.body = body }

  mutating func byte() -> UInt8 { take(1).first ?? 0 }

  mutating func number(_ bytes: Int) -> Int { take(bytes).reduce(0) { $0 << 8 | Int($1) } }

  mutating func take(_ count: Int) -> ArraySlice<UInt8> {
    let end = min(body.count, place + count)
    defer { place = end }
    return body[place..<end]
  }

  /// Bytes up to the next zero.
  mutating func bytes() -> [UInt8] {
    let end = body[place...].firstIndex(of: 0) ?? body.count
    defer { place = min(end + 1, body.count) }
    return Array(body[place..<end])
  }

  mutating func string() -> String { String(decoding: bytes(), as: UTF8.self) }
}
