/// The fields of an ErrorResponse's body, read and added to where they stand: whatever else is in it stays as it is.
///
/// (PostgreSQL, "Error and Notice Message Fields".)
enum ErrorFields {
  /// Whether it ends the connection, by its severity: the field `V` that isn't translated, or `S` of servers without that.
  static func isFatal(_ body: [UInt8]) -> Bool {
    let severity = value("V", in: body) ?? value("S", in: body)
    return severity?.first == UInt8(ascii: "F") || severity?.first == UInt8(ascii: "P")
  }

  /// Whether it says that a prepared statement can't be run as it was prepared.
  static func isOutdatedPlan(_ body: [UInt8]) -> Bool { hasCode("0A000", body) }

  /// Whether it has this SQLSTATE.
  static func hasCode(_ code: String, _ body: [UInt8]) -> Bool {
    value("C", in: body)?.elementsEqual(code.utf8) == true
  }

  /// The body with a hint, unless it has one.
  static func adding(hint: String, to body: [UInt8]) -> [UInt8] {
    guard body.last == 0, value("H", in: body) == nil else { return body }
    return body.dropLast() + [UInt8(ascii: "H")] + Array(hint.utf8) + [0, 0]
  }

  private static func value(_ type: Unicode.Scalar, in body: [UInt8]) -> ArraySlice<UInt8>? {
    var place = 0
    while place < body.count, body[place] != 0 {
      let end = body[place...].firstIndex(of: 0) ?? body.count
      if body[place] == UInt8(ascii: type) { return body[place + 1..<end] }
      place = end + 1
    }
    return nil
  }
}
