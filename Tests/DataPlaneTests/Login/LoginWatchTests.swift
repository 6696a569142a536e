import RandomNumbers
import Testing

@testable import DataPlane

@Suite("Login watch")
struct LoginWatchTests {
  /// What PostgreSQL 15 says to a login with SCRAM that succeeds; its parameters are cut to a few.
  private static func transcript(key: [UInt8]) -> [UInt8] {
    let mechanisms = Packets.text("SCRAM-SHA-256-PLUS") + Packets.text("SCRAM-SHA-256") + [0]
    return Packets.message("R", Packets.integer(10, bytes: 4) + mechanisms)
      + Packets.message("R", Packets.integer(11, bytes: 4) + Array("r=abc,s=c2FsdA==,i=4096".utf8))
      + Packets.message("R", Packets.integer(12, bytes: 4) + Array("v=c2lnbmF0dXJl".utf8))
      + Packets.message("R", Packets.integer(0, bytes: 4))
      + Packets.message("S", Packets.text("server_version") + Packets.text("15.10"))
      + Packets.message("S", Packets.text("client_encoding") + Packets.text("UTF8"))
      + Packets.message("K", Packets.integer(4711, bytes: 4) + key)
      + Packets.message("Z", Array("I".utf8))
  }

  /// Reads pieces; how many of them were taken when it was over, nil if it never was.
  private func read(_ pieces: [[UInt8]], _ watch: inout LoginWatch) -> Int? {
    for (number, piece) in pieces.enumerated() where watch.read(piece.span.bytes) {
      return number + 1
    }
    return nil
  }

  private func pieces(_ bytes: [UInt8], cuts: [Int]) -> [[UInt8]] {
    let ends = cuts.sorted() + [bytes.count]
    return zip([0] + ends, ends).map { Array(bytes[$0..<$1]) }
  }

  @Test("finds key and end wherever a login is cut in two", arguments: [4, 32, 256])
  func everyCut(keyBytes: Int) {
    var random = SplitMix64(seed: UInt64(keyBytes))
    let key = random.bytes(keyBytes)
    let bytes = Self.transcript(key: key)
    let expected = CancelFingerprint((Packets.integer(4711, bytes: 4) + key).span.bytes)
    for cut in 0...bytes.count {
      var watch = LoginWatch()
      let taken = read(pieces(bytes, cuts: [cut]), &watch)
      // The header of the last message tells the end: its one byte of body may come later.
      #expect(taken == (cut >= bytes.count - 1 ? 1 : 2), "cut at \(cut)")
      #expect(watch.key == expected, "cut at \(cut)")
    }
  }

  @Test("finds key and end in pieces of any size", arguments: 0..<50 as Range<UInt64>)
  func anyPieces(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let key = random.bytes([4, 32, 256].randomElement(using: &random)!)
    let bytes = Self.transcript(key: key)
    let cuts = (0..<Int.random(in: 0...bytes.count, using: &random)).map { _ in
      Int.random(in: 0...bytes.count, using: &random)
    }
    var watch = LoginWatch()
    let taken = read(pieces(bytes, cuts: cuts), &watch)
    #expect(taken != nil)
    #expect(watch.key == CancelFingerprint((Packets.integer(4711, bytes: 4) + key).span.bytes))
  }

  @Test("a refused login has no key and never becomes ready")
  func refused() {
    var watch = LoginWatch()
    let error = Packets.message("E", Packets.text("SFATAL") + Packets.text("C28P01") + [0])
    let taken = read([error], &watch)
    #expect(taken == nil && watch.key == nil)
  }

  @Test(
    "gives up on a server that speaks something else",
    arguments: ["HTTP/1.1 400 Bad Request\r\n\r\n", "SSH-2.0-OpenSSH_9.2\r\n", "R\0\0\0\u{03}"])
  func foreign(answer: String) {
    var watch = LoginWatch()
    let taken = read([Array(answer.utf8)], &watch)
    #expect(taken == 1 && watch.key == nil)
  }
}
