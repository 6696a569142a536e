import RandomNumbers
import Testing
import Wire

@Suite("The options of a startup message")
struct StartupOptionsTests {
  static func parse(_ text: String) -> StartupOptions {
    StartupOptions(parsing: .init(text: text))
  }

  static func settings(_ options: StartupOptions) -> [String] {
    options.settings.map {
      "\(String(decoding: $0.name, as: UTF8.self))=\(String(decoding: $0.value, as: UTF8.self))"
    }
  }

  /// As the server reads them (`pg_split_opts`, `process_postgres_switches`, `ParseLongOption`).
  static let readings: [(String, [String])] = [
    ("", []),
    ("   ", []),
    ("-c a.b=c", ["a.b=c"]),
    ("-ca.b=c", ["a.b=c"]),
    ("--a.b=c", ["a.b=c"]),
    (" \t-c\n a=1\u{0b}-c  b=2 ", ["a=1", "b=2"]),
    ("-c a=1 -c a=2", ["a=1", "a=2"]),
    ("-c a=", ["a="]),
    ("-c a=b=c", ["a=b=c"]),
    ("--search-path=x", ["search_path=x"]),
    ("-c Shardway.Tenant=Acme", ["shardway.tenant=Acme"]),
    (#"-c a=one\ two"#, ["a=one two"]),
    (#"-c a=one\\two"#, [#"a=one\two"#]),
    (#"\-c a\=1"#, ["a=1"]),
    (#"-c a=1\"#, ["a=1"]),
    ("-ec a=1", ["a=1"]),
    ("-eca=1", ["a=1"]),
    ("-P -c a=1 -B 100 -c b=2", ["a=1", "b=2"]),
    ("-B -c a=1", []),
    ("-c -c a=1", []),
    ("-c", []),
    ("-c a", []),
    ("--a", []),
    ("-- -c a=1", []),
    ("-", []),
    ("word -c a=1", ["a=1"]),
    ("-? -c a=1", ["a=1"]),
  ]

  @Test("are read as the server reads them", arguments: readings)
  func reading(text: String, expected: [String]) {
    #expect(Self.settings(Self.parse(text)) == expected)
  }

  @Test("mean the same when they are written again", arguments: readings)
  func writing(text: String, expected: [String]) {
    let options = Self.parse(text)
    let encoded = options.encoded()
    let again = StartupOptions(parsing: encoded)
    #expect(Self.settings(again) == expected)
    #expect(again == options)
  }

  static let removals: [(String, String)] = [
    ("-c shardway.tenant=acme", ""),
    ("-c shardway.tenant=acme -c a=1", "-c a=1"),
    ("-c a=1 --shardway.tenant=acme -e -B 10 x", "-c a=1 -e -B 10 x"),
    ("-ec SHARDWAY.tenant=acme", "-e"),
    (#"-c shardway.tenant=a\ b -c a=c\ d\\e"#, #"-c a=c\ d\\e"#),
    ("-c a=1 -- -c shardway.tenant=acme", "-c a=1 -- -c shardway.tenant=acme"),
    ("--a --shardway.x=y -c", "-c a -c"),
    (#"-c shardway.x=y -B \"#, #"-B \"#),
  ]

  @Test("lose the router's own settings and nothing else", arguments: removals)
  func removing(text: String, expected: String) {
    var options = Self.parse(text)
    options.removeSettings { $0.name.starts(with: "shardway.".utf8) }
    #expect(String(decoding: options.encoded(), as: UTF8.self) == expected)
  }

  @Test("of random bytes mean the same when they are written again")
  func randomOptions() {
    let alphabet = Array(#"-----cccBe=aA. \ \.ty:"#.utf8)
    var random = SplitMix64(seed: 7)
    for _ in 0..<3_000 {
      let count = Int.random(in: 0...40, using: &random)
      let text = (0..<count).map { _ in alphabet.randomElement(using: &random)! }
      let options = StartupOptions(parsing: text)
      let encoded = options.encoded()
      let again = StartupOptions(parsing: encoded)
      #expect(again == options, "\(String(decoding: text, as: UTF8.self))")
    }
  }
}
