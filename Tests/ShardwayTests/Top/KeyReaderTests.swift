import Console
import Testing

@Suite("Keys of a terminal") struct KeyReaderTests {
  private static let cases: [(bytes: String, keys: [Key])] = [
    ("q", [.character("q")]), ("1s", [.character("1"), .character("s")]), ("\t", [.tab]),
    ("\u{1B}[Z", [.backTab]), ("\u{1B}[A\u{1B}OB", [.up, .down]),
    ("\u{1B}[5~\u{1B}[6~", [.pageUp, .pageDown]),
    ("\u{1B}[H\u{1B}[4~", [.home, .end]), ("\r", [.enter]),
    ("é日", [.character("é"), .character("日")]),
    ("\u{1B}", [.escape]), ("\u{1B}q", [.escape, .character("q")]),
    // A function key that is not known, and a control character, are none.
    ("\u{1B}[15~x", [.character("x")]), ("\u{01}y", [.character("y")]),
  ]

  @Test("are the same however they are cut", arguments: cases.indices)
  func cut(place: Int) {
    let (text, keys) = Self.cases[place]
    let bytes = Array(text.utf8)
    for cut in 0...bytes.count {
      var reader = KeyReader()
      var read: [Key] = []
      for part in [bytes[..<cut], bytes[cut...]] where !part.isEmpty {
        read += reader.read(Array(part))
      }
      read += reader.read([])
      #expect(read == keys, "cut at \(cut)")
    }
    var reader = KeyReader()
    #expect(bytes.flatMap { reader.read([$0]) } + reader.read([]) == keys)
  }

  @Test("that never end are given up")
  func endless() {
    var reader = KeyReader()
    let keys = reader.read(Array("\u{1B}[1;1;1;1;1;1".utf8))
    #expect(keys == [.escape])
    #expect(reader.read([0xFF, 0x78]) == [.character("x")])
  }
}

@Suite("A styled line") struct StyledLineTests {
  @Test("has nothing in it that could steer a terminal")
  func harmless() {
    let line = StyledLine("a\u{1B}[31mb\u{07}\n\u{202E}c\u{9B}d")
    #expect(line.text == "a·[31mb···c·d")
  }

  @Test(
    "is cut to a width, and says so",
    arguments: [(10, "shard abc"), (9, "shard abc"), (7, "shard …"), (1, "…"), (0, "")])
  func clipped(width: Int, text: String) {
    var line = StyledLine("shard ", .faint)
    line.add("abc")
    #expect(line.clipped(to: width).text == text)
  }

  @Test("is filled up on either side")
  func padded() {
    #expect(StyledLine("12").padded(to: 4, right: true).text == "  12")
    #expect(StyledLine("12").padded(to: 4).text == "12  ")
    #expect(StyledLine("12345").padded(to: 4).text == "12345")
  }
}
