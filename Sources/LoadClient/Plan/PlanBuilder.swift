internal import LoadScenario

/// What a plan is made of while it is made: every message in one store, and where in it things lie.
struct PlanBuilder {
  let mode: QueryMode
  private(set) var store: [UInt8] = []
  private(set) var pieces: [MessagePiece] = []
  private(set) var statements: [Statement] = []
  private(set) var steps: [Step] = []
  private(set) var draws: [ClosedRange<Int64>] = []
  private(set) var programs: [Program] = []
  /// Numbers of the statements that are prepared, by their texts.
  private var prepared: [String: Int16] = [:]

  init(mode: QueryMode) { self.mode = mode }

  /// Appends bytes to the store.
  mutating func keep(_ bytes: [UInt8]) -> Stretch {
    let start = Int32(store.count)
    store.append(contentsOf: bytes)
    return Stretch(start: start, count: Int32(bytes.count))
  }

  /// Appends the program of these steps.
  mutating func add(
    _ steps: [Step], drawing ranges: [ClosedRange<Int64>] = [],
    counter: Program.Counter = .none
  ) -> Int {
    let firstStep = Int32(self.steps.count)
    let firstDraw = Int32(draws.count)
    self.steps += steps
    draws += ranges
    programs.append(
      Program(
        steps: firstStep..<Int32(self.steps.count), draws: firstDraw..<Int32(draws.count),
        counter: counter))
    return programs.count - 1
  }

  // MARK: Statements

  /// Appends a statement that is a simple query whatever the load's mode is.
  mutating func addSimple(_ text: String) throws(ClientPlanError) -> Int32 {
    try addSimple([.text(text)])
  }

  /// Appends a statement in the load's mode.
  mutating func add(_ statement: [SQLScript.Piece]) throws(ClientPlanError) -> Int32 {
    switch mode {
    case .simple: try addSimple(statement)
    case .extended, .prepared: try addExtended(statement)
    }
  }

  private mutating func addSimple(_ statement: [SQLScript.Piece]) throws(ClientPlanError) -> Int32 {
    let first = Int32(pieces.count)
    var bytes = MessageBytes(type: "Q")
    for piece in statement {
      switch piece {
      case .text(let text): bytes.append(try Self.checked(text))
      case .variable(let variable):
        appendPiece(&bytes)
        pieces.append(MessagePiece(content: .digits, variable: UInt8(variable), bytes: .none))
      }
    }
    bytes.append(0)
    appendPiece(&bytes)
    statements.append(
      Statement(
        prepared: -1, parse: .none, pieces: first..<Int32(pieces.count), following: 0,
        mostBytes: mostBytes(from: first)))
    return Int32(statements.count - 1)
  }

  private mutating func addExtended(
    _ statement: [SQLScript.Piece]
  ) throws(ClientPlanError) -> Int32 {
    let (text, variables) = try Self.numbered(statement)
    let number = mode == .prepared ? try preparedNumber(of: text) : -1
    let name = number < 0 ? [] : Array("s\(number)".utf8)
    var parse = MessageBytes(type: "P")
    parse.append(name + [0])
    parse.append(Array(text.utf8) + [0])
    parse.append(bigEndian: 0)  // The server infers the parameters' types.

    let first = Int32(pieces.count)
    var bind = MessageBytes(type: "B")
    bind.append([0] + name + [0])
    bind.append(bigEndian: 0)  // All parameters are text,
    bind.append(bigEndian: UInt16(variables.count))
    for variable in variables {
      appendPiece(&bind)
      pieces.append(MessagePiece(content: .parameter, variable: UInt8(variable), bytes: .none))
    }
    bind.append(bigEndian: 0)  // and so are all results.
    bind.append(Self.executeAndSync)
    appendPiece(&bind)
    statements.append(
      Statement(
        prepared: number, parse: keep(parse.finished()), pieces: first..<Int32(pieces.count),
        following: Int32(Self.executeAndSync.count), mostBytes: mostBytes(from: first)))
    return Int32(statements.count - 1)
  }

  private func mostBytes(from first: Int32) -> Int32 {
    pieces[Int(first)...].reduce(0) { sum, piece in
      switch piece.content {
      case .bytes: sum + piece.bytes.count
      case .digits, .parameter: sum + Decimal.mostBytes
      }
    }
  }

  private mutating func appendPiece(_ bytes: inout MessageBytes) {
    guard let taken = bytes.take() else { return }
    pieces.append(MessagePiece(content: .bytes, variable: 0, bytes: keep(taken)))
  }

  private mutating func preparedNumber(of text: String) throws(ClientPlanError) -> Int16 {
    if let known = prepared[text] { return known }
    if prepared.count == ClientLimits.preparedStatements {
      throw .tooManyStatements
    }
    let number = Int16(prepared.count)
    prepared[text] = number
    return number
  }

  /// The statement with `$1`, `$2` … in the place of its variables, and these.
  private static func numbered(
    _ statement: [SQLScript.Piece]
  ) throws(ClientPlanError) -> (text: String, variables: [Int]) {
    var text = ""
    var variables: [Int] = []
    for piece in statement {
      switch piece {
      case .text(let part):
        _ = try checked(part)
        text += part
      case .variable(let variable):
        variables.append(variable)
        text += "$\(variables.count)"
      }
    }
    if variables.count > Int(UInt16.max) { throw .unencodableStatement(text) }
    return (text, variables)
  }

  private static func checked(_ text: String) throws(ClientPlanError) -> [UInt8] {
    let bytes = Array(text.utf8)
    if bytes.contains(0) || bytes.count > ClientLimits.statementBytes {
      throw .unencodableStatement(String(text.prefix(80)))
    }
    return bytes
  }

  /// Execute of the unnamed portal for all rows, and Sync.
  private static let executeAndSync: [UInt8] = {
    var execute = MessageBytes(type: "E")
    execute.append([0, 0, 0, 0, 0])
    var sync = MessageBytes(type: "S")
    return execute.finished() + sync.finished()
  }()
}

/// A message that is put together, perhaps piece by piece.
struct MessageBytes {
  private var bytes: [UInt8]

  /// A message of this type; its length is not known yet.
  init(type: Unicode.Scalar) { bytes = [UInt8(ascii: type), 0, 0, 0, 0] }

  mutating func append(_ more: [UInt8]) { bytes += more }
  mutating func append(_ byte: UInt8) { bytes.append(byte) }
  mutating func append(bigEndian value: UInt16) {
    bytes += [UInt8(value >> 8), UInt8(value & 0xFF)]
  }

  /// What there is since the last time; nil for nothing.
  mutating func take() -> [UInt8]? {
    if bytes.isEmpty { return nil }
    defer { bytes = [] }
    return bytes
  }

  /// The whole message, with its length.
  mutating func finished() -> [UInt8] {
    let length = UInt32(bytes.count - 1)
    for place in 0..<4 {
      bytes[1 + place] = UInt8(truncatingIfNeeded: length >> (24 - 8 * UInt32(place)))
    }
    return bytes
  }
}
