import Console
import Testing

@testable import shardway

@Suite("A frame of shardway top") struct TopFrameTests {
  private static func state(_ view: TopView = .shards, keys: [Key] = []) -> TopState {
    var state = TopState(router: "http://127.0.0.1:6480", view: view)
    state.hear(TopSample.news, at: 100)
    for key in keys {
      let goesOn = state.press(key, page: 10)
      #expect(goesOn)
    }
    return state
  }

  private static func text(
    _ state: TopState, columns: Int = 120, lines: Int? = nil, now: Double = 100
  ) -> [String] {
    TopFrame(state: state, now: now).lines(columns: columns, lines: lines).map(\.text)
  }

  @Test("tells who the router is, how its map stands, what it does, and its shards")
  func shards() {
    let lines = Self.text(Self.state())
    #expect(
      lines == [
        "Shardway r1 · eu/eu-a · pool shared · serving · up 3 h 12 min · 2 workers",
        "map 42, confirmed 1.24 s ago: routing fresh, permissions near · control plane reachable · longest lag 120 ms",
        "13.2 k tx/s  p50 402 µs  p99 9.10 ms  clients 52 (3 wait)  servers 8 in use, 2 idle  tenants 2 of 1200",
        "", " 1 shards   2 pools   3 tenants   4 modes (1)   5 workers  ", "",
        "SHARD  MODE       PRIMARY  STATE         SESSIONS  WAIT   REQ/S     P50      P99  BUSY  REPLICAS   LAG ≤",
        "s2     read-only  s2-a     s2-b ejected        12     3     900  812 µs  21.4 ms     4         1       –",
        "s1     normal     s1-a     3 well              40     0  12.3 k  390 µs  2.10 ms     6         2  120 ms",
      ])
  }

  @Test(
    "is never wider or higher than the screen", arguments: [(120, 40), (80, 24), (40, 9), (10, 3)])
  func fits(columns: Int, lines: Int) {
    for view in TopView.allCases {
      let frame = Self.text(Self.state(view), columns: columns, lines: lines)
      #expect(frame.allSatisfy { $0.count <= columns })
      if lines > TopFrame.frameLines { #expect(frame.count <= lines) }
    }
  }

  @Test("shows a name as what it is, whatever is in it")
  func harmless() {
    let lines = Self.text(Self.state(.tenants))
    #expect(lines.contains { $0.hasPrefix("<script>·[2J") })
    #expect(lines.joined().unicodeScalars.allSatisfy { $0.value >= 0x20 })
  }

  @Test("has each view's own columns")
  func views() {
    #expect(
      Self.text(Self.state(.pools)).contains { $0.contains("41.0 ms") && $0.hasSuffix("short") })
    #expect(
      Self.text(Self.state(.tenants)).contains { $0.hasPrefix("acme") && $0.contains("80 %") })
    #expect(Self.text(Self.state(.modes)).contains { $0.contains("ends when a primary answers") })
    #expect(Self.text(Self.state(.workers)).contains { $0.contains("everybody") })
  }

  @Test("is sorted by the column that was chosen, numbers falling, and turned around")
  func sorted() {
    let first = { (state: TopState) in Self.text(state)[7].prefix(2) }
    #expect(first(Self.state()) == "s2")
    #expect(first(Self.state(keys: [.character("s")])) == "s1")
    #expect(first(Self.state(keys: [.character("s"), .character("r")])) == "s2")
    let sessions = Self.state(keys: Array(repeating: .character("s"), count: 5))
    #expect(Self.text(sessions)[6].contains("SESSIONS▾"))
    #expect(first(sessions) == "s1")
    // Behind the last column, the router's own order is back.
    let all = TopTable(.shards, TopSample.news).columns.count
    #expect(first(Self.state(keys: Array(repeating: .character("s"), count: all + 1))) == "s2")
  }

  @Test("has what is not known last, whichever way it is sorted")
  func unknownLast() {
    let toLag = Array(repeating: Key.character("s"), count: 12)
    for keys in [toLag, toLag + [.character("r")]] {
      #expect(Self.text(Self.state(keys: keys))[8].hasPrefix("s2"))
    }
  }

  @Test("goes to the view of a key, around the end, and scrolls no farther than its rows")
  func keys() {
    var state = Self.state(keys: [.character("3")])
    #expect(state.view == .tenants)
    for _ in 0..<3 { _ = state.press(.tab, page: 1) }
    #expect(state.view == .shards)
    _ = state.press(.backTab, page: 1)
    #expect(state.view == .workers)
    _ = state.press(.character("1"), page: 1)
    for _ in 0..<5 { _ = state.press(.down, page: 1) }
    #expect(state.offset == 1)
    #expect(Self.text(state, lines: 20)[7].hasPrefix("s1"))
    _ = state.press(.home, page: 1)
    #expect(state.offset == 0)
    let goesOn = state.press(.character("q"), page: 1)
    #expect(!goesOn)
  }

  @Test("says that the router is away, and how old the rest is")
  func away() {
    var state = Self.state()
    state.miss("nobody listens there")
    let line =
      "The router at http://127.0.0.1:6480 does not answer (nobody listens there); this is 7.00 s old"
    #expect(Self.text(state, now: 107)[1] == line)
    state.hear(TopSample.news, at: 108)
    #expect(Self.text(state, now: 108)[1].hasPrefix("map 42"))
  }

  @Test("says so before anything was heard")
  func before() {
    var state = TopState(router: "http://127.0.0.1:1", view: .shards)
    #expect(Self.text(state)[1] == "asking http://127.0.0.1:1 …")
    state.miss("nobody listens there")
    #expect(Self.text(state)[1].hasSuffix("does not answer (nobody listens there)"))
  }

  @Test("is what --json prints, and can be read back")
  func json() throws {
    let text = try TopSample.news.json()
    #expect(text.contains("\"transactionsPerSecond\" : 13245"))
  }
}

@Suite("The address of a router") struct TopClientTests {
  @Test("may leave the scheme out", arguments: ["127.0.0.1:6480", "http://127.0.0.1:6480/"])
  func base(text: String) throws {
    #expect(try TopClient(text).base == "http://127.0.0.1:6480")
  }

  @Test(
    "is refused when it is none", arguments: ["", "ftp://a", "http://", "http://a/b", "http://a?b"])
  func refused(text: String) {
    #expect(throws: TopFailure.self) { try TopClient(text) }
  }
}
