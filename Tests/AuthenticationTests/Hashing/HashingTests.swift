import Testing
import TestSupport

@testable import Authentication

@Suite("Digests")
struct HashingTests {
  @Test(
    "HMAC-SHA-256 gives what RFC 4231 section 4 says",
    arguments: [
      (
        [UInt8](repeating: 0x0b, count: 20), [UInt8](text: "Hi There"),
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
      ),
      (
        [UInt8](text: "Jefe"), [UInt8](text: "what do ya want for nothing?"),
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
      ),
      (
        [UInt8](repeating: 0xaa, count: 131),
        [UInt8](text: "Test Using Larger Than Block-Size Key - Hash Key First"),
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
      ),
    ])
  func hmac(key: [UInt8], message: [UInt8], expected: String) {
    #expect(Hashing.hmac(key: key.span, message.span).bytes == hex(expected))
  }

  @Test(
    "SHA-256 gives what RFC 6234 says",
    arguments: [
      ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
      ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    ])
  func sha256(message: String, expected: String) {
    #expect(Hashing.sha256([UInt8](text: message).span).bytes == hex(expected))
  }

  @Test(
    "PBKDF2 with HMAC-SHA-256 gives what RFC 7914 section 11 says",
    arguments: [
      (
        "passwd", "salt", 1, "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc"
      ),
      (
        "Password", "NaCl", 80_000,
        "4ddcd8f60b98be21830cee5ef22701f9641a4418d04c0414aeff08876b34ab56"
      ),
    ])
  func pbkdf2(password: String, salt: String, iterations: Int, expected: String) {
    let digest = Hashing.pbkdf2(
      password: [UInt8](text: password).span, salt: [UInt8](text: salt).span,
      iterations: iterations)
    #expect(digest.bytes == hex(expected))
  }

  @Test(
    "MD5 gives what RFC 1321 appendix A.5 says",
    arguments: [
      ("", "d41d8cd98f00b204e9800998ecf8427e"),
      ("abc", "900150983cd24fb0d6963f7d28e17f72"),
      (
        "12345678901234567890123456789012345678901234567890123456789012345678901234567890",
        "57edf4a22be3c955ac49da2e2107b67a"
      ),
    ])
  func md5(message: String, expected: String) {
    #expect(Hashing.md5([UInt8](text: message).span)?.text == expected)
  }

  @Test("digests are the same only if all bytes are")
  func equality() throws {
    let bytes = [UInt8](50..<82)
    let digest = try #require(SecretDigest(bytes))
    #expect(digest == SecretDigest(bytes))
    for place in bytes.indices {
      for bit in 0..<8 {
        var other = bytes
        other[place] ^= 1 << UInt8(bit)
        #expect(digest != SecretDigest(other))
      }
    }
    let areEqual = Hashing.areEqual(bytes.span, Array(bytes.dropLast()).span)
    #expect(!areEqual)
  }

  @Test("a digest has 32 bytes", arguments: [0, 1, 31, 33, 64])
  func length(count: Int) {
    #expect(SecretDigest([UInt8](repeating: 0, count: count)) == nil)
  }
}
