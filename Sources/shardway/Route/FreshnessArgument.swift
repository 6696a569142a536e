internal import ArgumentParser
internal import MapDocument
internal import Routing
internal import ShardMap

/// How long ago the control plane confirmed the map, as `--age` has it: `10m`, or `unknown`.
struct AgeArgument: ExpressibleByArgument {
  let age: MapAge

  init?(argument: String) {
    if argument == "unknown" {
      age = .unknown
    } else if let milliseconds = Age.milliseconds(argument) {
      age = MapAge(nanoseconds: UInt64(milliseconds) * 1_000_000)
    } else {
      return nil
    }
  }

  static var allValueStrings: [String] { ["30s", "10m", "12h", "unknown"] }
}

/// What a router would do with a tenant that the map doesn't have.
struct UnknownTenantReport: Encodable {
  var action: String
  var reason: String

  init(_ freshness: MapFreshness) {
    switch UnknownTenant(freshness, hasAsked: false, isRemembered: false, mayHold: true) {
    case .ask:
      action = "hold"
      reason = "the control plane is asked; the session waits for its answer"
    case .refuse(let cause):
      action = "refuse"
      reason = cause.name
    }
  }
}

/// How the map stands, in names.
struct FreshnessReport: Encodable {
  var ageMilliseconds: UInt64?
  var controlPlane: String
  /// By class of data: `fresh`, `stale` or `expired`.
  var classes: [String: String]
  /// What of the tenant's envelope is in force.
  var envelope: String?

  init(_ freshness: MapFreshness, rules: FreshnessRules?, envelope: EnvelopeUse?) {
    ageMilliseconds = freshness.age.milliseconds
    controlPlane = freshness.isReachable ? "reachable" : "unreachable"
    classes = [:]
    if let rules {
      for name in FreshnessClass.allCases {
        classes[name.name] = freshness.standing(of: name, rules).name
      }
    }
    self.envelope = envelope?.name
  }

  /// One line for a person.
  var text: String {
    let age =
      ageMilliseconds.map { "confirmed \(FreshnessText.duration(milliseconds: $0)) ago" }
      ?? "nobody knows when it was confirmed"
    let standing = classes.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
    return ([age, "control plane \(controlPlane)"] + standing).joined(separator: ", ")
  }
}
