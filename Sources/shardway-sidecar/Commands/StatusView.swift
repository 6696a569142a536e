import Foundation
import MapSync
import ShardMap

/// How the sidecar of this machine stands, from what it leaves on the disk: page, status file, map.
struct StatusView: Encodable {
  struct Router: Encodable {
    var id: String
    var pid: Int32
    var appliedVersion: UInt64
    var refusal: String?
  }

  /// Whether routers of this machine can work with the map, and somebody keeps it fresh.
  var isUsable: Bool
  /// Why not.
  var problems: [String] = []
  var isRunning: Bool
  var mapVersion: UInt64?
  var root: String?
  var tenants: Int?
  var ageMilliseconds: UInt64?
  var condition: String
  var lastError: StatusFile.Fault?
  var lastErrorAgeMilliseconds: Int64?
  var nextAttemptInMilliseconds: Int64?
  var controlPlane: String?
  var routers: [Router]
  var counts: [String: UInt64]

  init(_ file: SidecarFile, maxAge: Duration?) {
    let now = FreshnessClock.now()
    let page = try? FreshnessPage.open(path: file.files.page)
    let statement = page?.read()
    let status = StatusFile(path: file.files.status)
    routers = (page?.routers ?? []).map {
      Router(
        id: RouterName.text($0.routerID), pid: $0.pid, appliedVersion: $0.appliedVersion,
        refusal: $0.refusalCode.isEmpty ? nil : $0.refusalCode)
    }
    isRunning = StateFolder.isInUse(file.files.state)
    condition = statement?.condition.name ?? status?.condition ?? "unknown"
    counts = status?.counts ?? [:]
    controlPlane = status?.controlPlane
    lastError = status?.lastError
    lastErrorAgeMilliseconds = status?.lastError?.at.map {
      now.wallMilliseconds - $0.wallMilliseconds
    }
    let age = statement.map { MapAge(of: $0, at: now) } ?? .unknown
    ageMilliseconds = age.milliseconds
    if isRunning, let next = status?.nextAttempt {
      nextAttemptInMilliseconds = max(0, next.wallMilliseconds - now.wallMilliseconds)
    } else {
      problems.append("the sidecar doesn't run")
    }
    do throws(MapFileError) {
      let map = try CompiledMap.open(path: file.files.map)
      mapVersion = map.header.mapVersion
      root = map.header.root.description
      tenants = map.header.counts.tenants
      try map.verify()
    } catch {
      problems.append("no usable map: \(error)")
    }
    if let maxAge, ageMilliseconds.map({ Int64(clamping: $0) > maxAge.wholeMilliseconds }) ?? true {
      problems.append("the map was confirmed too long ago")
    }
    isUsable = problems.isEmpty
  }

  var json: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
  }

  var text: String {
    var lines = [
      "usable: \(isUsable ? "yes" : "no")\(problems.map { ", " + $0 }.joined())",
      "map: \(mapVersion.map { "version \($0), \(tenants ?? 0) tenants" } ?? "none")",
      "root: \(root ?? "-")",
      "age: \(ageMilliseconds.map { Self.time(Int64(clamping: $0)) } ?? "unknown")",
      "condition: \(condition)",
    ]
    if let lastError {
      let ago = lastErrorAgeMilliseconds.map { " (\(Self.time($0)) ago)" } ?? ""
      lines.append("last error: \(lastError.code)\(ago): \(lastError.text)")
    } else {
      lines.append("last error: none")
    }
    lines.append(
      "next attempt: \(nextAttemptInMilliseconds.map { "in \(Self.time($0))" } ?? "-")")
    lines.append("control plane: \(controlPlane ?? "-")")
    lines.append("routers: \(routers.count)")
    for router in routers {
      lines.append(
        "  \(router.id) (process \(router.pid)): version \(router.appliedVersion)\(router.refusal.map { ", refused one: \($0)" } ?? "")"
      )
    }
    return lines.joined(separator: "\n")
  }

  private static func time(_ milliseconds: Int64) -> String {
    switch milliseconds {
    case ..<1000: "\(milliseconds) ms"
    case ..<120_000: "\(milliseconds / 1000) s"
    case ..<7_200_000: "\(milliseconds / 60_000) min"
    default: "\(milliseconds / 3_600_000) h"
    }
  }
}
