import Logging
import MapSync

/// Writes the machine's notes into the log; an error that comes again and again only now and then.
struct NoteLog {
  private static let quiet = Duration.seconds(60)

  private let logger: Logger
  private let controlPlanes: [ControlPlaneURL]
  private var last: (code: String, at: ContinuousClock.Instant)?
  private var leftOut = 0

  init(_ logger: Logger, _ controlPlanes: [ControlPlaneURL]) {
    self.logger = logger
    self.controlPlanes = controlPlanes
  }

  mutating func write(_ note: SyncNote) {
    switch note {
    case .published(let edition, let before):
      last = nil
      logger.notice(
        "map \(edition.version) published\(before.map { ", before it \($0)" } ?? "")",
        metadata: ["root": "\(edition.root)"])
    case .reached(let place, let failures):
      last = nil
      logger.notice(
        "\(controlPlanes[place]) answers again",
        metadata: ["failures": "\(failures)", "leftOut": "\(leftOut)"])
      leftOut = 0
    case .unreachable(let place, let refusal):
      fault(.warning, "no map from \(controlPlanes[place])", refusal)
    case .refused(let place, let refusal):
      fault(.error, "refused what \(controlPlanes[place]) says; the map in use stays", refusal)
    case .notPublished(let refusal):
      fault(.error, "the map could not be published; the one in use stays", refusal)
    case .needsSnapshot(let why):
      logger.info("taking a snapshot: \(why)")
    }
  }

  private mutating func fault(_ level: Logger.Level, _ text: String, _ refusal: SyncRefusal) {
    let now = ContinuousClock.now
    if let last, last.code == refusal.code, last.at.duration(to: now) < Self.quiet {
      leftOut += 1
      return
    }
    last = (refusal.code, now)
    var metadata: Logger.Metadata = ["code": "\(refusal.code)"]
    if let version = refusal.mapVersion { metadata["mapVersion"] = "\(version)" }
    logger.log(level: level, "\(text): \(refusal.text)", metadata: metadata)
  }
}
