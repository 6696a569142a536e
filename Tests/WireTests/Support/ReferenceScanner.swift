/// The server's scanner again, as far as it finds where statements end: byte by byte, state by state as
/// in `scan.l`, and with nothing in common with what it is compared with.
struct ReferenceScanner {
  private let sql: [UInt8]
  private var place = 0
  private var isInStatement = false
  /// How many statements the text has.
  private(set) var count = 0
  /// Whether no server of PostgreSQL 15 or newer takes the text, for a number, parameter or dollar quote
  /// that something follows too closely. What is read behind it means nothing.
  private(set) var isRefused = false

  init(_ sql: [UInt8]) {
    self.sql = Array(sql.prefix { $0 != 0 })
    while place < self.sql.count { readToken() }
    endStatement()
  }

  private func byte(_ distance: Int = 0) -> Character? {
    let index = place + distance
    return index < sql.count ? Character(Unicode.Scalar(sql[index])) : nil
  }

  private mutating func endStatement() {
    if isInStatement { count += 1 }
    isInStatement = false
  }

  private mutating func readToken() {
    switch (byte()!, byte(1)) {
    case (" ", _), ("\t", _), ("\n", _), ("\r", _), ("\u{b}", _), ("\u{c}", _): place += 1
    case ("-", "-"): while let next = byte(), next != "\n", next != "\r" { place += 1 }
    case ("/", "*"): readBlockComment()
    case (";", _):
      endStatement()
      place += 1
    case (let first, _):
      isInStatement = true
      switch first {
      case "'", "\"": readQuoted(first)
      case "$": readDollar()
      case "0"..."9": readNumber()
      case _ where Self.beginsName(first): readName()
      default: place += 1
      }
    }
  }

  private mutating func readBlockComment() {
    var depth = 0
    repeat {
      switch (byte(), byte(1)) {
      case (nil, _): return
      case ("/", "*"):
        depth += 1
        place += 2
      case ("*", "/"):
        depth -= 1
        place += 2
      default: place += 1
      }
    } while depth > 0
  }

  private mutating func readQuoted(_ quote: Character) {
    place += 1
    while let next = byte() {
      place += 1
      guard next == quote else { continue }
      if byte() != quote { return }
      place += 1
    }
  }

  private mutating func readEscapeString() {
    place += 1
    while let next = byte() {
      place += 1
      switch next {
      case "\\": place += 1
      case "'":
        if byte() == "'" {
          place += 1
        } else if let continuation = continuation() {
          place = continuation + 1
        } else {
          return
        }
      default: break
      }
    }
    place = min(place, sql.count)
  }

  /// Where the quote is that continues a literal in another line.
  private func continuation() -> Int? {
    var rest = self
    var lines = 0
    while let next = rest.byte() {
      switch next {
      case "\n", "\r": lines += 1
      case " ", "\t", "\u{b}", "\u{c}": break
      case "-" where rest.byte(1) == "-":
        while let next = rest.byte(), next != "\n", next != "\r" { rest.place += 1 }
        continue
      case "'": return lines > 0 ? rest.place : nil
      default: return nil
      }
      rest.place += 1
    }
    return nil
  }

  private mutating func readName() {
    let start = place
    while let next = byte(), Self.beginsName(next) || Self.isDigit(next) || next == "$" {
      place += 1
    }
    if place == start + 1, sql[start] | 0x20 == 0x65, byte() == "'" { readEscapeString() }
  }

  private mutating func readNumber() {
    while let next = byte(), Self.isDigit(next) || next == "." { place += 1 }
    refuseIfTooClose()
  }

  private mutating func readDollar() {
    if let next = byte(1), Self.isDigit(next) {
      place += 1
      while let next = byte(), Self.isDigit(next) { place += 1 }
      refuseIfTooClose()
      return
    }
    var end = place + 1
    while end < sql.count, Self.continuesTag(sql[end]) { end += 1 }
    guard end < sql.count, sql[end] == UInt8(ascii: "$") else {
      isRefused = true
      place += 1
      return
    }
    let tag = Array(sql[place...end])
    place = end + 1
    while place < sql.count, !sql[place...].starts(with: tag) { place += 1 }
    place = min(place + tag.count, sql.count)
    let isLiteralNext = byte() == "$" || byte(1) == "'" && (byte() == "E" || byte() == "e")
    if isLiteralNext { isRefused = true }
  }

  private mutating func refuseIfTooClose() {
    if let next = byte(), Self.beginsName(next) || next == "$" || next == "'" { isRefused = true }
  }

  private static func isDigit(_ character: Character) -> Bool { "0"..."9" ~= character }

  private static func beginsName(_ character: Character) -> Bool {
    "a"..."z" ~= character || "A"..."Z" ~= character || character == "_"
      || character.unicodeScalars.first!.value >= 0x80
  }

  private static func continuesTag(_ byte: UInt8) -> Bool {
    let character = Character(Unicode.Scalar(byte))
    return beginsName(character) || isDigit(character)
  }
}
