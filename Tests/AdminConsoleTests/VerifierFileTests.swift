import Authentication
import Testing

@testable import AdminConsole

@Suite("File of verifiers")
struct VerifierFileTests {
  private static let verifier =
    "SCRAM-SHA-256$4096:c2FsdHNhbHRzYWx0c2FsdA==$"
    + "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="

  private static func users(_ text: String) throws -> Set<String> {
    Set(try VerifierFile.parse(Array(text.utf8)).keys)
  }

  @Test("has a line for each user, empty lines and comments")
  func lines() throws {
    let text = """
      ; users of the console
      "olga" "\(Self.verifier)"
      # another

        "it ""is"" me"\t"\(Self.verifier)"  \r
      """
    #expect(try Self.users(text) == ["olga", "it \"is\" me"])
    #expect(try Self.users("") == [])
  }

  static let faults: [(String, Int, String)] = [
    ("olga \(verifier)", 1, "is not of the form"), ("\"olga\"", 1, "is not of the form"),
    ("\n\"olga\" \"\(verifier)\" x", 2, "is not of the form"),
    ("\"olga \"\(verifier)\"", 1, "is not of the form"),
    ("\"\" \"\(verifier)\"", 1, "a user's name has 1 to 63 bytes"),
    ("\"olga\" \"secret\"", 1, "the verifier is not of the form"),
    ("\"olga\" \"md5d41d8cd98f00b204e9800998ecf8427e\"", 1, "the verifier is not of the form"),
    ("\"o\" \"\(verifier)\"\n\"o\" \"\(verifier)\"", 2, "has a line above already"),
  ]

  @Test("a fault is told with its line, and shows nothing of a verifier", arguments: faults)
  func fault(text: String, line: Int, part: String) {
    let fault = #expect(throws: VerifierFile.Fault.self) { try Self.users(text) }
    #expect(fault?.line == line)
    #expect(fault?.text.contains(part) == true, "\(fault?.text ?? "")")
    #expect(fault?.text.contains("secret") == false)
  }
}
