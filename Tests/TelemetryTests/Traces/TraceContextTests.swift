import Telemetry
import Testing

/// `traceparent` as the W3C recommendation has it.
@Suite struct TraceContextTests {
  static let trace = "4bf92f3577b34da6a3ce929d0e0e4736"
  static let span = "00f067aa0ba902b7"

  static func context(_ text: String) -> TraceContext? {
    TraceContext(parsing: Array(text.utf8).span)
  }

  @Test("reads trace, span and the sampled flag, and writes them again", arguments: ["00", "01"])
  func readsAndWrites(flags: String) throws {
    let text = "00-\(Self.trace)-\(Self.span)-\(flags)"
    let context = try #require(Self.context(text))
    #expect(context.trace.text == Self.trace)
    #expect(context.span == 0x00F0_67AA_0BA9_02B7)
    #expect(context.isSampled == (flags == "01"))
    #expect(context.text == text)
  }

  @Test("takes of the flags only that of sampling", arguments: ["03", "ff"])
  func otherFlags(flags: String) {
    #expect(Self.context("00-\(Self.trace)-\(Self.span)-\(flags)")?.isSampled == true)
  }

  @Test("reads of a later version what version 00 has")
  func laterVersion() {
    #expect(Self.context("01-\(Self.trace)-\(Self.span)-01") != nil)
    #expect(Self.context("cc-\(Self.trace)-\(Self.span)-01-more")?.isSampled == true)
    #expect(Self.context("cc-\(Self.trace)-\(Self.span)-01.more") == nil)
  }

  @Test(
    "ignores what the recommendation has ignored",
    arguments: [
      "", "00", "00-\(trace)-\(span)", "00-\(trace)-\(span)-0", "00-\(trace)-\(span)-01-more",
      "ff-\(trace)-\(span)-01", "0x-\(trace)-\(span)-01",
      "00-00000000000000000000000000000000-\(span)-01", "00-\(trace)-0000000000000000-01",
      "00-4BF92F3577B34DA6A3CE929D0E0E4736-\(span)-01", "00_\(trace)-\(span)-01",
      "00-\(trace)_\(span)-01", "00-\(trace)-\(span)_01", "00-\(trace)-\(span)-0g",
      " 00-\(trace)-\(span)-01",
    ])
  func ignored(text: String) {
    #expect(Self.context(text) == nil)
  }

  @Test("is read from the comment that a statement begins with")
  func comment() {
    let parent = "00-\(Self.trace)-\(Self.span)-01"
    let cases: [(String, Bool)] = [
      ("/*traceparent='\(parent)'*/ SELECT 1", true),
      ("/*action='run%20it',traceparent='\(parent)',route='x'*/SELECT 1", true),
      ("/* traceparent='\(parent)' */ SELECT 1", true),
      ("/*name='it\\'s',traceparent='\(parent)'*/ SELECT 1", true),
      ("/*traceparent='\(parent.replacingDashes)'*/ SELECT 1", true),
      (" /*traceparent='\(parent)'*/ SELECT 1", false),
      ("SELECT 1 /*traceparent='\(parent)'*/", false),
      ("-- traceparent='\(parent)'\nSELECT 1 /* and so on and so on and so on */", false),
      ("/* nothing */ SELECT 'traceparent=', '\(parent)' AS \"and some more text\"", false),
      ("/*tracestate='\(parent)'*/ SELECT 1, 2, 3, 4, 5, 6, 7, 8, 9", false),
      ("/*xtraceparent='\(parent)'*/ SELECT 1", false),
      ("/*traceparent=\(parent)*/ SELECT 1, 'and some more text'", false),
      ("/*traceparent='\(parent.dropLast(2))zz'*/ SELECT 1", false),
      ("/*traceparent='\(parent.dropLast(2))%zz'*/ SELECT 1", false),
    ]
    for (statement, isThere) in cases {
      let context = TraceComment.context(atStartOf: Array(statement.utf8).span)
      #expect(context?.text == (isThere ? parent : nil), "\(statement)")
    }
  }

  @Test("is not read from a comment that is cut, wherever it is cut")
  func cutComment() {
    let statement = Array("/*a='b\\'c',traceparent='00-\(Self.trace)-\(Self.span)-01'".utf8)
    for count in 0..<statement.count {
      let cut = Array(statement[..<count])
      #expect(TraceComment.context(atStartOf: cut.span) == nil)
    }
    #expect(TraceComment.context(atStartOf: statement.span) != nil)
  }

  @Test("is looked for in so many bytes of a statement, and not behind")
  func limit() {
    func statement(_ count: Int) -> [UInt8] {
      let padding = String(repeating: "x", count: count)
      return Array("/*a='\(padding)',traceparent='00-\(Self.trace)-\(Self.span)-01'*/ SELECT".utf8)
    }
    let (near, far) = (statement(900), statement(TraceComment.byteLimit))
    #expect(TraceComment.context(atStartOf: near.span) != nil)
    #expect(TraceComment.context(atStartOf: far.span) == nil)
  }

  @Test("is never made of random bytes", arguments: 0..<20)
  func randomBytes(seed: UInt64) {
    var random = TraceIdentifiers(seed: seed)
    for _ in 0..<200 {
      var bytes = Array("/*traceparent='00-".utf8)
      for _ in 0..<random.next() % 120 { bytes.append(UInt8(truncatingIfNeeded: random.next())) }
      #expect(TraceComment.context(atStartOf: bytes.span) == nil)
    }
  }
}

extension String {
  fileprivate var replacingDashes: String {
    split(separator: "-", omittingEmptySubsequences: false).joined(separator: "%2D")
  }
}
