import ConfigurationFile
import Logging
import MapExchange
import MapSync

extension SidecarYAML {
  /// Times a report lasts longer than the interval between two.
  static let leaseIntervals = 3

  /// The settings, or the first field that can't be right.
  func checked() throws(FieldError) -> SidecarFile {
    let isName =
      (1...64).contains(id.utf8.count)
      && id.utf8.allSatisfy { (0x21...0x7e).contains($0) && $0 != UInt8(ascii: "/") }
    guard isName else {
      throw FieldError("id", "must be 1 to 64 printable characters without blanks and /")
    }
    guard !tokenFile.isEmpty else { throw FieldError("tokenFile", "must name a file") }
    let planes = try checkedControlPlanes()
    return SidecarFile(
      id: id, controlPlanes: planes, tokenFile: tokenFile, tls: try checkedTLS(),
      trustedKeys: try checkedKeys(), sync: try checkedSync(planes.count),
      reportInterval: try Configured.time(
        report?.interval, "report.interval", .seconds(1), .seconds(30)),
      files: try checkedFiles(), limits: try checkedLimits(),
      logLevel: try Configured.name(log?.level, "log.level", .info))
  }

  private func checkedControlPlanes() throws(FieldError) -> [ControlPlaneURL] {
    guard (1...SyncLimits.controlPlanes).contains(controlPlanes.count) else {
      throw FieldError("controlPlanes", "name 1 to \(SyncLimits.controlPlanes)")
    }
    var planes: [ControlPlaneURL] = []
    for (place, text) in controlPlanes.enumerated() {
      let field = "controlPlanes[\(place)]"
      do throws(ControlPlaneURL.Fault) {
        let plane = try ControlPlaneURL(text)
        guard !planes.contains(plane) else { throw .init(text: "is there twice") }
        planes.append(plane)
      } catch {
        throw FieldError(field, "\"\(text)\" \(error.text)")
      }
    }
    return planes
  }

  private func checkedTLS() throws(FieldError) -> TLSFiles {
    if (tls?.certificateFile == nil) != (tls?.keyFile == nil) {
      let missing = tls?.keyFile == nil ? "keyFile" : "certificateFile"
      throw FieldError("tls.\(missing)", "is missing: a certificate and its key go together")
    }
    return TLSFiles(
      caFile: tls?.caFile, certificateFile: tls?.certificateFile, keyFile: tls?.keyFile)
  }

  private func checkedKeys() throws(FieldError) -> [TrustedKey] {
    guard (1...ExchangeLimits.trustedKeys).contains(trustedKeys.count) else {
      throw FieldError("trustedKeys", "name one key, or two while they are rotated")
    }
    var keys: [TrustedKey] = []
    for (place, text) in trustedKeys.enumerated() {
      guard let key = TrustedKey(text) else {
        throw FieldError("trustedKeys[\(place)]", "must be shardway-public-key:BASE64")
      }
      guard !keys.contains(key) else {
        throw FieldError("trustedKeys[\(place)]", "is there twice")
      }
      keys.append(key)
    }
    return keys
  }

  private func checkedSync(_ planes: Int) throws(FieldError) -> SyncSettings {
    let defaults = SyncSettings(controlPlanes: planes)
    var sync = defaults
    sync.interval = try Configured.time(
      poll?.interval, "poll.interval", .milliseconds(100), defaults.interval)
    sync.wait = try Configured.time(poll?.wait, "poll.wait", .seconds(1), defaults.wait)
    guard sync.wait <= SyncLimits.longestWait else {
      throw FieldError("poll.wait", "must be at most \(SyncLimits.longestWait.components.seconds)s")
    }
    sync.longPoll = poll?.longPoll ?? defaults.longPoll
    sync.events = poll?.events ?? defaults.events
    return sync
  }

  private func checkedFiles() throws(FieldError) -> SidecarPaths {
    for (name, path) in [("map", files.map), ("state", files.state)] where path.isEmpty {
      throw FieldError("files.\(name)", "must name a place")
    }
    let suffix = ".swmap"
    let stem = files.map.hasSuffix(suffix) ? String(files.map.dropLast(suffix.count)) : files.map
    return SidecarPaths(
      map: files.map, page: files.page ?? stem + ".page", state: files.state,
      status: files.status ?? files.state + "/sidecar.status")
  }

  private func checkedLimits() throws(FieldError) -> ExchangeLimits {
    var checked = ExchangeLimits.standard
    checked.snapshotCompressedBytes =
      try Configured.number(
        limits?.compressedMiB, "limits.compressedMiB", 1...65_536,
        checked.snapshotCompressedBytes >> 20) << 20
    checked.snapshotExpandedBytes =
      try Configured.number(
        limits?.expandedMiB, "limits.expandedMiB", 1...1_048_576,
        checked.snapshotExpandedBytes >> 20) << 20
    checked.deltaCompressedBytes = min(
      checked.deltaCompressedBytes, checked.snapshotCompressedBytes)
    checked.deltaExpandedBytes = min(checked.deltaExpandedBytes, checked.snapshotExpandedBytes)
    return checked
  }
}
