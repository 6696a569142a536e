public import ShardMap

/// Why a map, or a change of one, was refused. The map in use stays.
public enum ExchangeError: Error, Hashable, Sendable {
  /// A trusted key's signature doesn't fit the seal.
  case badSignature(keyID: String)
  /// No key that signed is trusted.
  case unknownKey(keyIDs: [String])
  /// The records are not those that were sealed.
  case wrongRoot(expected: MapRoot, found: MapRoot)
  /// The map is older than the one in use.
  case older(version: UInt64, current: UInt64)
  /// A delta begins at another version than the one in use.
  case notFrom(from: UInt64, current: UInt64)
  /// The body ends before it is complete.
  case truncated
  /// Something is over a limit of ``ExchangeLimits``.
  case tooLarge(String, limit: Int)
  /// A line, counted from 1, isn't as the format says; line 0 is no line of a body.
  case malformed(line: Int, reason: String)
  /// The seal requires something this program doesn't know.
  case unsupportedFeature(String)
  /// The body's format is another one.
  case unsupportedFormat(String)
  /// The body can't be expanded.
  case compression(String)
  /// The records are as sealed, but make no map.
  case invalidMap(String)

  /// The stable name for logs, status and API.
  public var code: String {
    switch self {
    case .badSignature: "bad-signature"
    case .unknownKey: "unknown-key"
    case .wrongRoot: "wrong-root"
    case .older: "older-version"
    case .notFrom: "wrong-base"
    case .truncated: "truncated"
    case .tooLarge: "too-large"
    case .malformed: "malformed"
    case .unsupportedFeature: "unsupported-feature"
    case .unsupportedFormat: "unsupported-format"
    case .compression: "bad-compression"
    case .invalidMap: "invalid-map"
    }
  }
}

extension ExchangeError: CustomStringConvertible {
  /// What happened, why, and what to do.
  public var description: String {
    switch self {
    case .badSignature(let keyID):
      "the seal's signature by key \(keyID) is wrong; the map was altered on its way or signed for "
        + "another format: fetch it again, and look at who answers for the control plane"
    case .unknownKey(let keyIDs):
      "the seal is signed by \(keyIDs.isEmpty ? "nobody" : keyIDs.joined(separator: ", ")), and no "
        + "such key is trusted here; trust the new key on every sidecar before signing with it"
    case .wrongRoot(let expected, let found):
      "the records' root is \(found), and the seal says \(expected); fetch a snapshot"
    case .older(let version, let current):
      "map version \(version) is older than \(current), which is in use; if the control plane was "
        + "restored from a copy, let it go on from a higher version"
    case .notFrom(let from, let current):
      "the delta begins at version \(from), and version \(current) is in use; fetch a snapshot"
    case .truncated:
      "the body ends before it is complete; fetch it again"
    case .tooLarge(let what, let limit):
      "\(what) is over the limit of \(limit); raise the limit if the fleet is really that large"
    case .malformed(let line, let reason):
      line > 0 ? "line \(line): \(reason)" : reason
    case .unsupportedFeature(let name):
      "the map requires \"\(name)\", which this program doesn't know; upgrade it"
    case .unsupportedFormat(let name):
      "the body's format is \"\(name)\", which this program doesn't read; upgrade it"
    case .compression(let reason):
      "the body can't be expanded (\(reason)); fetch it again"
    case .invalidMap(let reason):
      "the records make no map: \(reason)"
    }
  }
}
