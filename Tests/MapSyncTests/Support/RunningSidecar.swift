import Foundation
import Logging
import MapExchange
import ServiceLifecycle
import ShardMap
import Testing

@testable import shardway_sidecar

/// A sidecar in this process, and what it writes.
final class RunningSidecar: Sendable {
  let folder: TemporaryFolder
  let file: SidecarFile
  private let group: ServiceGroup
  private let task: Task<Void, any Error>

  init(
    _ urls: [String], in folder: TemporaryFolder, longPoll: Bool = false,
    trusting keys: [TrustedKey] = [Origin.key.publicKey]
  ) throws {
    self.folder = folder
    let text = """
      id: side
      controlPlanes: [\(urls.map { "\"\($0)\"" }.joined(separator: ", "))]
      tokenFile: "\(try folder.write(Array("secret".utf8), to: "token"))"
      trustedKeys: [\(keys.map { "\"\($0.text)\"" }.joined(separator: ", "))]
      poll: { interval: 100ms, wait: 1s, longPoll: \(longPoll), events: false }
      report: { interval: 1s }
      files: { map: "\(folder.file("map.swmap"))", state: "\(folder.file("state"))" }
      """
    file = try SidecarFile.load(folder.write(Array(text.utf8), to: "sidecar.yaml"))
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    group = ServiceGroup(services: [Sidecar(file: file, logger: logger)], logger: logger)
    task = Task { [group] in try await group.run() }
  }

  func stop() async throws {
    await group.triggerGracefulShutdown()
    try await withTaskCancellationHandler {
      try await task.value
    } onCancel: {
      task.cancel()
    }
  }

  var statement: SidecarStatement? {
    (try? FreshnessPage.open(path: file.files.page))?.read()
  }

  var mapVersion: UInt64? {
    (try? CompiledMap.open(path: file.files.map))?.header.mapVersion
  }
}

/// Waits until something holds; the limit is for a test that fails.
func until(
  _ what: Comment, _ condition: () -> Bool, sourceLocation: SourceLocation = #_sourceLocation
) async throws {
  let end = ContinuousClock.now + .seconds(120)
  while !condition() {
    try #require(ContinuousClock.now < end, what, sourceLocation: sourceLocation)
    try await Task.sleep(for: .milliseconds(5))
  }
}
