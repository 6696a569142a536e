/// The few statements that simulated servers know. Words are separated by single blanks.
enum SimulatedSQL: Equatable {
  case nothing
  case begin, commit, rollback
  /// Rows that bear the request's tag, of so many bytes.
  case rows(count: Int, bytes: Int)
  /// The same for a statement with parameters: tag, count and bytes. The variant stands in each row.
  case parameterRows(variant: String)
  /// Takes so long, unless it is cancelled; says nothing before that is decided.
  case sleep(nanoseconds: Int)
  /// Writes something.
  case write
  /// A row like others, of a read that is judged by what was visible to it.
  case read
  /// The position that is visible, as the router asks for it in a client's place.
  case floor
  case fail
  /// Fails with this SQLSTATE: how the router has its server refuse in its place.
  case raise(String)
  case show(String)
  /// A text under a name, as the router asks for it in a client's place.
  case constant(String, name: String)
  case set(String, to: String, isLocal: Bool)
  case reset(String)
  case createTemporary(String)
  case listTemporary
  case listen(String)
  case unlisten
  case deallocate(String)
  case deallocateAll
  case discardAll
  case copyIn
  /// The same, and it fails as soon as it has begun.
  case copyFails
  case copyOut(count: Int, bytes: Int)

  /// Nil for a syntax error.
  init?(_ text: Substring) {
    let words = text.split(separator: " ")
    func word(_ place: Int) -> String? { place < words.count ? String(words[place]) : nil }
    func name(_ place: Int) -> String? { word(place).map { $0.filter { $0 != "\"" } } }
    func number(_ place: Int) -> Int { word(place).flatMap { Int($0) } ?? 0 }
    switch (word(0), word(1)) {
    case (nil, _): self = .nothing
    case ("BEGIN", _): self = .begin
    case ("COMMIT", _): self = .commit
    case ("ROLLBACK", _): self = .rollback
    case ("SELECT", "rows"): self = .rows(count: number(2), bytes: number(3))
    case ("SELECT", "parameters"): self = .parameterRows(variant: word(2) ?? "")
    case ("SELECT", "sleep"): self = .sleep(nanoseconds: number(2))
    case ("SELECT", "fail"): self = .fail
    case ("SELECT", "everything"): self = .read
    case ("SELECT", "(CASE"): self = .floor
    case ("INSERT", _): self = .write
    case ("SELECT", "temporary"): self = .listTemporary
    case ("SELECT", let value?) where value.hasPrefix("'"):
      self = .constant(String(value.dropFirst().prefix { $0 != "'" }), name: name(3) ?? "")
    case ("DO", _):
      let code = words.firstIndex(of: "ERRCODE").map { words[$0 + 2] } ?? ""
      self = .raise(code.filter { $0.isNumber })
    case ("SHOW", _): self = .show(name(1) ?? "")
    case ("SET", "LOCAL"): self = .set(name(2) ?? "", to: Self.value(text), isLocal: true)
    case ("SET", _): self = .set(name(1) ?? "", to: Self.value(text), isLocal: false)
    case ("RESET", _): self = .reset(name(1) ?? "")
    case ("CREATE", "TEMP"): self = .createTemporary(word(3) ?? "")
    case ("LISTEN", _): self = .listen(word(1) ?? "")
    case ("UNLISTEN", _): self = .unlisten
    case ("DEALLOCATE", "ALL"): self = .deallocateAll
    case ("DEALLOCATE", _): self = .deallocate(word(1) ?? "")
    case ("DISCARD", "ALL"): self = .discardAll
    case ("COPY", _):
      self =
        word(2) == "FROM"
        ? (word(3) == "STDIN" ? .copyIn : .copyFails) : .copyOut(count: number(4), bytes: number(5))
    default: return nil
    }
  }

  private static func value(_ text: Substring) -> String {
    guard let first = text.firstIndex(of: "'"), let last = text.lastIndex(of: "'"), first < last
    else { return "DEFAULT" }
    return String(text[text.index(after: first)..<last])
  }

  /// Columns of its answer; nil where it has none.
  var columns: [String]? {
    switch self {
    case .rows, .read, .fail: ["tag", "filler"]
    case .floor: ["shardway.floor"]
    case .parameterRows(let variant): ["tag", variant, "filler"]
    case .show(let name), .constant(_, let name): [name]
    case .listTemporary: ["temporary"]
    default: nil
    }
  }

  /// Whether it may be run in a transaction that has failed.
  var endsTransaction: Bool { self == .commit || self == .rollback }
}

/// The text of a Query or Parse message taken apart: its statements, and the tag of the request, which stands in a comment.
struct SimulatedText {
  let statements: [SimulatedSQL?]
  let tag: RequestTag?

  init(_ bytes: [UInt8]) {
    // Long texts are filled up with blanks.
    let end = bytes.lastIndex { $0 != UInt8(ascii: " ") && $0 != 0 }.map { $0 + 1 } ?? 0
    var text = Substring(String(decoding: bytes[0..<end], as: UTF8.self))
    var tag: RequestTag?
    if let comment = text.firstIndex(of: "#") {
      tag = RequestTag(text[text.index(after: comment)...].prefix { $0 != "*" })
      text = text[..<text.index(comment, offsetBy: -2)]
    }
    self.tag = tag
    let parts = text.hasPrefix("DO ") ? [text] : text.split(separator: ";")
    statements = parts.count <= 1 ? [SimulatedSQL(parts.first ?? "")] : Self.several(parts)
  }

  private static func several(_ parts: [Substring]) -> [SimulatedSQL?] {
    parts.map { SimulatedSQL($0) }.filter { $0 != .nothing }
  }
}

/// Who asked, and the how manieth of its requests it is.
struct RequestTag: Hashable, CustomStringConvertible {
  let client: Int
  let request: Int

  init(client: Int, request: Int) {
    self.client = client
    self.request = request
  }

  init?(_ text: some StringProtocol) {
    let numbers = text.split(separator: ".").compactMap { Int($0) }
    guard numbers.count == 2 else { return nil }
    self.init(client: numbers[0], request: numbers[1])
  }

  var description: String { "\(client).\(request)" }

  /// The tag as it stands behind a statement.
  var comment: String { " /*#\(self)*/" }
}
