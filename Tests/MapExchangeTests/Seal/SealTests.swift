import MapExchange
import ShardMap
import Testing

@Suite("A seal")
struct SealTests {
  private let root = MapRoot(bytes: (0..<32).map { UInt8($0) })!

  private func seal(_ keys: [SigningKey], requires: [String] = []) throws -> MapSeal {
    try SealSigner(privateKeys: keys).seal(
      mapVersion: 42, issuedAtMilliseconds: 1_795_000_000_000, root: root, requires: requires)
  }

  @Test("is believed when a trusted key signed it")
  func good() throws {
    try Keys.verifier.check(try seal([Keys.first]))
  }

  @Test(
    "is believed all through a rotation of keys, and not before or after",
    arguments: [
      // Trusted by the receiver, signed with, believed.
      ([1], [1], true), ([1, 2], [1], true), ([1, 2], [1, 2], true), ([1, 2], [2], true),
      ([2], [2], true), ([1], [1, 2], true), ([2], [1, 2], true), ([2, 1], [1], true),
      ([1], [2], false), ([2], [1], false), ([1, 2], [3], false),
    ])
  func rotation(trusted: [Int], signing: [Int], isBelieved: Bool) throws {
    let keys = [1: Keys.first, 2: Keys.second, 3: Keys.stranger]
    let verifier = SealVerifier(trusted: trusted.map { keys[$0]!.publicKey })
    let seal = try seal(signing.map { keys[$0]! })
    #expect(seal.signatures.count == signing.count)
    if isBelieved {
      try verifier.check(seal)
    } else {
      #expect(
        throws: ExchangeError.unknownKey(keyIDs: signing.map { keys[$0]!.publicKey.keyID })
      ) { try verifier.check(seal) }
    }
  }

  @Test("is refused when anything that it says was changed")
  func tampering() throws {
    let good = try seal([Keys.first])
    var signature = good.signatures[0].signature
    signature[10] ^= 1
    let keyID = good.signatures[0].keyID
    let otherRoot = MapRoot(bytes: (1...32).map { UInt8($0) })!
    let cases = [
      changed(good, mapVersion: 43), changed(good, issuedAt: 1), changed(good, root: otherRoot),
      changed(good, requires: ["x"]),
      changed(good, signatures: [SealSignature(keyID: keyID, signature: signature)]),
      changed(good, signatures: [SealSignature(keyID: keyID, signature: [])]),
      changed(
        good,
        signatures: [
          SealSignature(keyID: keyID, signature: try seal([Keys.second]).signatures[0].signature)
        ]),
    ]
    for seal in cases {
      #expect(throws: ExchangeError.badSignature(keyID: keyID)) { try Keys.verifier.check(seal) }
    }
    #expect(throws: ExchangeError.unknownKey(keyIDs: [])) {
      try Keys.verifier.check(changed(good, signatures: []))
    }
  }

  private func changed(
    _ seal: MapSeal, mapVersion: UInt64? = nil, issuedAt: Int64? = nil, root: MapRoot? = nil,
    requires: [String]? = nil, signatures: [SealSignature]? = nil
  ) -> MapSeal {
    MapSeal(
      mapVersion: mapVersion ?? seal.mapVersion,
      issuedAtMilliseconds: issuedAt ?? seal.issuedAtMilliseconds, root: root ?? seal.root,
      requires: requires ?? seal.requires, signatures: signatures ?? seal.signatures)
  }

  @Test("that requires a feature nobody knows here is refused, though its signature is good")
  func requires() throws {
    let seal = try seal([Keys.first], requires: ["shard-splits"])
    #expect(throws: ExchangeError.unsupportedFeature("shard-splits")) {
      try Keys.verifier.check(seal)
    }
  }

  @Test("never leads back, nor to another content of the same version")
  func order() throws {
    let seal = try seal([Keys.first])
    try seal.check(replaces: 0, root: .none)
    try seal.check(replaces: 41, root: .none)
    try seal.check(replaces: 42, root: root)
    #expect(throws: ExchangeError.older(version: 42, current: 43)) {
      try seal.check(replaces: 43, root: root)
    }
    #expect(throws: ExchangeError.wrongRoot(expected: .none, found: root)) {
      try seal.check(replaces: 42, root: .none)
    }
  }

  @Test("signs what RFC 8032 says: its first test vector")
  func vector() throws {
    let seed = bytes("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    let key = try #require(SigningKey(seed: seed))
    #expect(
      key.publicKey.bytes
        == bytes("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"))
  }

  private func bytes(_ hexadecimal: String) -> [UInt8] { MapRoot(hexadecimal)!.bytes }

  @Test("keys come back from their texts, and only from these")
  func keyTexts() throws {
    let key = SigningKey.generate()
    let trusted = key.publicKey
    #expect(TrustedKey(trusted.text) == trusted)
    #expect(TrustedKey(" " + trusted.text + "\n") == trusted)
    #expect(SigningKey(key.secretText + "\n")?.publicKey == trusted)
    #expect(trusted.keyID.utf8.count == 16)
    #expect(SigningKey.generate().publicKey != trusted)
    for bad in [
      "", "shardway-public-key:", key.secretText, trusted.text.dropLast() + "",
      String(trusted.text.dropFirst()), trusted.text + "A", "shardway-public-key:AAAA",
      trusted.text.replacing("=", with: ""),
    ] {
      #expect(TrustedKey(bad) == nil)
    }
    #expect(SigningKey(trusted.text) == nil)
    #expect(!"\(key)".contains(key.secretText.dropFirst(22)))
  }
}
