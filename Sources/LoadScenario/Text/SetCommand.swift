/// `\set NAME random(LEAST, MOST)`.
enum SetCommand {
  /// Reads what follows the backslash, to the end of the line.
  static func parse(
    _ text: String, line: Int
  ) throws(SQLScriptError) -> SQLScript.Variable {
    let words = text.split(maxSplits: 2, whereSeparator: \.isWhitespace)
    guard words.first == "set" else {
      throw SQLScriptError(line, "\\\(words.first ?? "") is not known; only \\set is")
    }
    guard words.count == 3, isName(words[1]) else {
      throw SQLScriptError(line, "write \\set NAME random(LEAST, MOST)")
    }
    guard let range = range(words[2]) else {
      throw SQLScriptError(
        line, "\(words[2].trimmingSpaces) is not random(LEAST, MOST) of two whole numbers in order")
    }
    return SQLScript.Variable(name: String(words[1]), range: range)
  }

  private static func isName(_ word: Substring) -> Bool {
    word.first?.isNumber == false
      && word.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
  }

  private static func range(_ text: Substring) -> ClosedRange<Int64>? {
    let text = text.trimmingSpaces
    guard text.hasPrefix("random"), text.hasSuffix(")") else { return nil }
    let rest = text.dropFirst("random".count).trimmingSpaces
    guard rest.hasPrefix("(") else { return nil }
    let ends = rest.dropFirst().dropLast().split(separator: ",", omittingEmptySubsequences: false)
    guard ends.count == 2, let least = Int64(ends[0].trimmingSpaces),
      let most = Int64(ends[1].trimmingSpaces), least <= most
    else { return nil }
    return least...most
  }
}
