import RandomNumbers
import Testing

@testable import Authentication

@Suite("Base64")
struct Base64Tests {
  @Test(
    "is that of RFC 4648 section 10, both ways",
    arguments: [
      ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
      ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
    ])
  func vectors(bytes: String, text: String) {
    #expect(Base64.encode([UInt8](text: bytes)).text == text)
    #expect(Base64.decode([UInt8](text: text)) == [UInt8](text: bytes))
  }

  @Test("gives back bytes of every length and value")
  func roundTrip() {
    var random = SplitMix64(seed: 3)
    for count in 0..<200 {
      let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
      #expect(Base64.decode(Base64.encode(bytes)) == bytes)
    }
    #expect(Base64.decode(Base64.encode([UInt8](0...255))) == [UInt8](0...255))
  }

  @Test(
    "takes no other spelling",
    arguments: [
      "Z", "Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "Zm8", "Zm9v=", "====", "=Zg=", "Z=g=", "Zg==Zg==",
      "Zm9v\n", " Zm9v", "Zm9v    ", "Zm-_", "Zm\u{0}v", "Zg=a",
    ])
  func refused(text: String) {
    #expect(Base64.decode([UInt8](text: text)) == nil)
  }

  @Test("has one text for each value, so that a changed text is another value or none")
  func oneSpelling() {
    let text = Base64.encode([UInt8](60..<92))
    let bytes = Base64.decode(text)
    for place in text.indices {
      for value in UInt8.min...UInt8.max where value != text[place] {
        var changed = text
        changed[place] = value
        #expect(Base64.decode(changed) != bytes)
      }
    }
  }
}
