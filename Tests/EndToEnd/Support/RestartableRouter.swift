import Foundation
import Synchronization
import LocalFleet

/// A router that is replaced by new processes of it, and the process that serves now.
actor RestartableRouter {
  nonisolated let router: LocalRouter
  private(set) var processID: Int32

  private init(_ router: LocalRouter) {
    self.router = router
    processID = router.process.pid
  }

  /// Runs `body` with such a router in front of the shared fleet, and ends whichever process serves then.
  static func run(
    name: String, _ body: (Fleet, RestartableRouter) async throws -> Void
  ) async throws {
    let fleet = try await World.fleet
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("shardway-restart-\(UUID().uuidString.prefix(8))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(at: folder) }
    var options = World.pooled(workers: 2)
    options.sections["restart"] = "{ socket: \(folder.path)/socket }"
    try await withRouter(options, name: name) { _, router in
      let restartable = RestartableRouter(router)
      do {
        try await body(fleet, restartable)
      } catch {
        await restartable.end()
        throw error
      }
      await restartable.end()
    }
  }

  /// Has the process that serves replaced, and waits until it has ended.
  func restart() async throws {
    let before = processID
    let start = router.log.utf8.count
    kill(before, SIGUSR2)
    let router = router
    processID = try await Self.value(within: .seconds(60), "a new process") {
      Self.successor(in: router.log.utf8.dropFirst(start))
    }
    _ = try await Self.value(within: .seconds(60), "the end of process \(before)") {
      Self.runs(before) ? nil : true
    }
  }

  /// Tells the process that serves to start another.
  func signalRestart() { kill(processID, SIGUSR2) }

  private func end() async {
    guard processID != router.process.pid else { return }
    kill(processID, SIGTERM)
    let last = processID
    _ = try? await Self.value(within: .seconds(30), "the router's end") {
      Self.runs(last) ? nil : true
    }
    if Self.runs(processID) { kill(processID, SIGKILL) }
  }

  /// What `find` finds, asked until it does.
  private static func value<Value>(
    within limit: Duration, _ what: String, _ find: @Sendable () -> Value?
  ) async throws -> Value where Value: Sendable {
    let found = Mutex<Value?>(nil)
    try await eventually(within: limit, what) {
      let value = find()
      found.withLock { $0 = value }
      return value != nil
    }
    guard let value = found.withLock({ $0 }) else { preconditionFailure("it was found") }
    return value
  }

  private static func successor(in log: some Sequence<UInt8>) -> Int32? {
    let text = String(decoding: Array(log), as: UTF8.self)
    guard let range = text.range(of: " serves in this one's place") else { return nil }
    return text[..<range.lowerBound].split(separator: " ").last.flatMap { Int32($0) }
  }

  /// Whether a process runs; one that nobody has waited for after its end does not.
  private static func runs(_ processID: Int32) -> Bool {
    guard let state = try? String(contentsOfFile: "/proc/\(processID)/stat", encoding: .utf8) else {
      return false
    }
    return !state.contains(") Z ")
  }
}
