import Testing

@testable import NullServer

/// The answers never depend on how the bytes were cut.
@Suite struct CutTests {
  static let script: [UInt8] = {
    let requests: [[UInt8]] = [
      Requests.startup([("user", "ann"), ("application_name", "test")]),
      Requests.query("SELECT 1"), Requests.query("BEGIN; UPDATE a SET b = 1"),
      Requests.parse("SELECT repeat('x', $1)", as: "r"),
      Requests.bind("r", parameters: [Array("5000".utf8)]), Requests.describe("P"),
      Requests.execute(), Requests.sync,
      Requests.query("SELECT '\(String(repeating: "a", count: 300))'"),
      Requests.query("nonsense"), Requests.query("ROLLBACK"),
      Requests.query("SET TimeZone = 'a'; SHOW TimeZone"), Requests.terminate,
    ]
    return requests.flatMap { $0 }
  }()

  static let whole: [UInt8] = {
    var run = SessionRun(isStarted: false)
    run.take(script)
    return run.output
  }()

  @Test func `the whole script is answered`() throws {
    var run = SessionRun(isStarted: false)
    run.take(Self.script)
    let hasEnded = run.hasEnded
    #expect(hasEnded)
    let summary = try run.takeMessages().summary
    #expect(summary.hasPrefix("R S S"))
    #expect(summary.hasSuffix("E(42601) Z(E) C(ROLLBACK) Z(I) C(SET) T D C(SHOW) S Z(I)"))
  }

  @Test func `byte by byte`() {
    var run = SessionRun(isStarted: false)
    for byte in Self.script { run.take([byte]) }
    let (output, hasEnded) = (run.output, run.hasEnded)
    #expect(output == Self.whole)
    #expect(hasEnded)
  }

  @Test(arguments: 0..<200)
  func `at random`(seed: Int) {
    var state = UInt64(seed) &* 2_654_435_761 &+ 1
    var run = SessionRun(isStarted: false)
    var rest = Self.script[...]
    while !rest.isEmpty {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let count = 1 + Int(state >> 33) % (seed % 2 == 0 ? 12 : 400)
      run.take(Array(rest.prefix(count)))
      rest = rest.dropFirst(count)
    }
    let output = run.output
    #expect(output == Self.whole)
  }

  @Test(arguments: 0..<2_000)
  func `mutations never trap`(seed: Int) {
    var state = UInt64(seed) &+ 99
    func draw() -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33)
    }
    var script = Self.script
    for _ in 0...draw() % 4 {
      let place = draw() % script.count
      switch draw() % 3 {
      case 0: script[place] = UInt8(truncatingIfNeeded: draw())
      case 1: script.remove(at: place)
      default: script.insert(UInt8(truncatingIfNeeded: draw()), at: place)
      }
    }
    var run = SessionRun(isStarted: false)
    let middle = draw() % script.count
    run.take(Array(script[..<middle]))
    run.take(Array(script[middle...]))
  }

  static let broken: [[[UInt8]]] = [
    [[0, 0, 0, 5]], [[0, 0, 0, 9, 0, 2, 0, 0, 0]],
    [Requests.startup(), [81, 0, 0, 0, 3]], [Requests.startup(), [81, 255, 0, 0, 3]],
    [Requests.startup(), Requests.message("Q", [65])],
    [Requests.startup(), Requests.message("?", [])],
    [Requests.startup(), Requests.parse("SELECT 1"), Requests.message("B", [0, 0, 0, 9])],
  ]

  @Test(arguments: broken)
  func `what is no message ends the connection with an error`(bytes: [[UInt8]]) throws {
    var run = SessionRun(isStarted: false)
    run.take(bytes.flatMap { $0 })
    let hasEnded = run.hasEnded
    #expect(hasEnded)
    let last = try run.takeMessages().suffix(1).summary
    #expect(last == "E(08P01)")
  }

  @Test func `requests before the startup message are answered`() throws {
    var run = SessionRun(isStarted: false)
    let ssl = Requests.integer(UInt32(8)) + Requests.integer(UInt32(80_877_103))
    let gss = Requests.integer(UInt32(8)) + Requests.integer(UInt32(80_877_104))
    run.take(gss)
    run.take(ssl)
    let output = run.output
    #expect(output == Array("NN".utf8))
    run.take(Requests.startup())
    let last = run.output.last
    #expect(last == UInt8(ascii: "I"))
    var cancelling = SessionRun(isStarted: false)
    cancelling.take(
      Requests.integer(UInt32(16)) + Requests.integer(UInt32(80_877_102))
        + [UInt8](repeating: 1, count: 8))
    let (hasEnded, answer) = (cancelling.hasEnded, cancelling.output)
    #expect(hasEnded)
    #expect(answer.isEmpty)
  }
}

extension ArraySlice<Message> {
  var summary: String { Array(self).summary }
}
