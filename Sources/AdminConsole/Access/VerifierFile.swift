public import Authentication

/// A file of verifiers, laid out as PgBouncer's userlist: a line for each user, `"name" "SCRAM-SHA-256$…"`.
///
/// Empty lines and those that begin with `;` or `#` are passed over. A quote in a name is doubled.
public enum VerifierFile {
  /// What is wrong with a file. Nothing of a verifier is in it.
  public struct Fault: Error, Hashable, CustomStringConvertible {
    /// The line, counted from 1.
    public let line: Int
    /// What is wrong there.
    public let text: String

    /// `line 3: …`.
    public var description: String { "line \(line): \(text)" }
  }

  /// The verifiers by user.
  public static func parse(_ bytes: [UInt8]) throws(Fault) -> [String: ScramVerifier] {
    var verifiers: [String: ScramVerifier] = [:]
    let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
    for (place, line) in lines.enumerated() {
      let number = place + 1
      guard let entry = try entry(Array(line), number) else { continue }
      guard verifiers[entry.user] == nil else {
        throw Fault(line: number, text: "the user \"\(entry.user)\" has a line above already")
      }
      do throws(ScramVerifierError) {
        verifiers[entry.user] = try ScramVerifier(parsing: entry.verifier)
      } catch {
        throw Fault(line: number, text: "\(error)")
      }
    }
    return verifiers
  }

  private static func entry(
    _ line: [UInt8], _ number: Int
  ) throws(Fault) -> (user: String, verifier: [UInt8])? {
    var rest = line.drop { isBlank($0) }
    if rest.isEmpty || rest.first == UInt8(ascii: ";") || rest.first == UInt8(ascii: "#") {
      return nil
    }
    guard let user = quoted(&rest), let verifier = quoted(&rest), rest.allSatisfy(isBlank) else {
      throw Fault(line: number, text: "is not of the form \"user\" \"SCRAM-SHA-256$…\"")
    }
    guard 1...AuthenticationLimits.roleNameBytes ~= user.count else {
      throw Fault(
        line: number, text: "a user's name has 1 to \(AuthenticationLimits.roleNameBytes) bytes")
    }
    return (String(decoding: user, as: UTF8.self), verifier)
  }

  /// Takes a text in double quotes, and the blanks behind it.
  private static func quoted(_ rest: inout ArraySlice<UInt8>) -> [UInt8]? {
    let quote = UInt8(ascii: "\"")
    guard rest.popFirst() == quote else { return nil }
    var text: [UInt8] = []
    while let byte = rest.popFirst() {
      if byte == quote {
        guard rest.first == quote else {
          rest = rest.drop { isBlank($0) }
          return text
        }
        rest.removeFirst()
      }
      text.append(byte)
    }
    return nil
  }

  private static func isBlank(_ byte: UInt8) -> Bool { [0x20, 0x09, 0x0D].contains(byte) }
}
