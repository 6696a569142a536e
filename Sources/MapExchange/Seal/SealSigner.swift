public import ShardMap

/// Seals maps with every key it has: one, or two while keys are rotated.
public struct SealSigner: Sendable {
  private let keys: [SigningKey]

  /// A signer with 1 to ``ExchangeLimits/signatures`` keys.
  public init(privateKeys: [SigningKey]) {
    precondition(
      (1...ExchangeLimits.signatures).contains(privateKeys.count), "a signer has 1 to 4 keys")
    keys = privateKeys
  }

  /// The public halves, for those who verify.
  public var publicKeys: [TrustedKey] { keys.map(\.publicKey) }

  /// The seal of a map.
  ///
  /// - Parameters:
  ///   - mapVersion: the map's version.
  ///   - issuedAtMilliseconds: when it was issued, in milliseconds since 1970.
  ///   - root: the root of its records.
  ///   - requires: names of what a reader must know to use the map.
  /// - Returns: the seal, signed with every key.
  /// - Throws: ``ExchangeError/badSignature(keyID:)`` when a key can't sign.
  /// - Complexity: one Ed25519 signature a key, about 20 microseconds each.
  public func seal(
    mapVersion: UInt64, issuedAtMilliseconds: Int64, root: MapRoot, requires: [String] = []
  ) throws(ExchangeError) -> MapSeal {
    let unsigned = MapSeal(
      mapVersion: mapVersion, issuedAtMilliseconds: issuedAtMilliseconds, root: root,
      requires: requires.sorted(), signatures: [])
    let data = unsigned.signedBytes
    var signatures: [SealSignature] = []
    for key in keys {
      signatures.append(
        SealSignature(keyID: key.publicKey.keyID, signature: try key.sign(data)))
    }
    return MapSeal(
      mapVersion: mapVersion, issuedAtMilliseconds: issuedAtMilliseconds, root: root,
      requires: unsigned.requires, signatures: signatures)
  }
}

/// Believes seals that a trusted key signed.
public struct SealVerifier: Sendable {
  private let trusted: [TrustedKey]

  /// A verifier with one key, or with two while keys are rotated.
  public init(trusted: [TrustedKey]) {
    precondition(
      (1...ExchangeLimits.trustedKeys).contains(trusted.count), "a verifier has 1 or 2 keys")
    self.trusted = trusted
  }

  private init() { trusted = [] }

  /// Believes whoever sealed: to show a map to a person, never to route by it.
  public static let anybody = SealVerifier()

  /// Features that a seal may require of this program; there are none yet.
  static let knownFeatures: Set<String> = []

  /// Checks who sealed, then whether this program may use the map. One good signature is enough.
  ///
  /// - Throws: ``ExchangeError/unknownKey(keyIDs:)``, ``ExchangeError/badSignature(keyID:)`` or
  ///   ``ExchangeError/unsupportedFeature(_:)``.
  public func check(_ seal: MapSeal) throws(ExchangeError) {
    let data = seal.signedBytes
    var refused: String?
    var isSigned = trusted.isEmpty
    for signature in seal.signatures where !isSigned {
      for key in trusted where key.keyID == signature.keyID {
        if key.signed(data, signature.signature) { isSigned = true } else { refused = key.keyID }
      }
    }
    guard isSigned else {
      if let refused { throw .badSignature(keyID: refused) }
      throw .unknownKey(keyIDs: seal.signatures.map(\.keyID))
    }
    if let feature = seal.requires.first(where: { !Self.knownFeatures.contains($0) }) {
      throw .unsupportedFeature(feature)
    }
  }
}
