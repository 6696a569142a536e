import Testing

@testable import Pooling

@Suite struct TrackedParameterTests {
  @Test(arguments: TrackedParameter.allCases)
  func `a parameter is known by its name in any case`(parameter: TrackedParameter) {
    let name = "\(parameter.name)"
    for spelling in [name, name.lowercased(), name.uppercased()] {
      #expect(TrackedParameter(named: spelling.utf8Span.span.bytes) == parameter)
    }
  }

  @Test(arguments: [
    "", "TimeZon", "TimeZonee", "server_version", "is_superuser", "time zone", "TimeZone ",
    "client-encoding", "DateSty\u{4C}\u{45}2", "search_pat\u{48}\u{20}", "scram_iterations",
  ])
  func `others are not`(name: String) {
    #expect(TrackedParameter(named: name.utf8Span.span.bytes) == nil)
  }

  @Test func `only letters have two cases`() {
    // Bytes that differ in the bit in which upper and lower case letters do.
    let name = "client\u{7F}encoding"
    #expect(TrackedParameter(named: name.utf8Span.span.bytes) == nil)
  }
}
