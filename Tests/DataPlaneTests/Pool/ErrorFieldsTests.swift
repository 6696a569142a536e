import Testing
import Wire

@testable import DataPlane

@Suite("Fields of an error where they stand")
struct ErrorFieldsTests {
  private static func body(_ fields: String...) -> [UInt8] {
    fields.flatMap { Array($0.utf8) + [0] } + [0]
  }

  @Test(
    "severity is what isn't translated, where there is that",
    arguments: [
      (body("SERROR", "VERROR", "C22012"), false), (body("SFATAL", "VFATAL"), true),
      (body("SFEHLER", "VPANIC"), true), (body("SPANIK", "VERROR"), false), (body("SFATAL"), true),
      (body("C57P01"), false), ([], false), ([0], false), (Array("SFATAL".utf8), true),
    ])
  func severity(body: [UInt8], isFatal: Bool) {
    #expect(ErrorFields.isFatal(body) == isFatal)
  }

  @Test("a code is the whole field")
  func code() {
    let body = Self.body("SERROR", "MC25006", "C25006")
    #expect(ErrorFields.hasCode("25006", body) && !ErrorFields.hasCode("2500", body))
    #expect(!ErrorFields.isOutdatedPlan(body) && ErrorFields.isOutdatedPlan(Self.body("C0A000")))
  }

  @Test("a hint is added behind the other fields, and none to what has one or is cut off")
  func hint() throws {
    let body = Self.body("SERROR", "VERROR", "C25006", "Mno", "P7")
    let changed = ErrorFields.adding(hint: "Do so.", to: body)
    #expect(changed == Self.body("SERROR", "VERROR", "C25006", "Mno", "P7", "HDo so."))
    #expect(try ErrorResponse.decode(changed.span.bytes).hint == "Do so.")
    #expect(ErrorFields.adding(hint: "Another.", to: changed) == changed)
    #expect(ErrorFields.adding(hint: "Do so.", to: [1]) == [1])
  }
}
