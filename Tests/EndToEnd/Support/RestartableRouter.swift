import Foundation
import Synchronization
import LocalFleet

/// A router that is replaced by new processes of it, and the process that serves now.
actor RestartableRouter {
  nonisolated let router: LocalRouter
  private(set) var processID: Int32
  private let name: String
  private let fleet: Fleet

  private init(_ router: LocalRouter, named name: String, in fleet: Fleet) {
    self.router = router
    processID = router.process.pid
    self.name = name
    self.fleet = fleet
  }

  /// Runs `body` with such a router in front of the shared fleet, and ends all of its processes.
  static func run(
    name: String, environment: [String: String] = [:], sections: [String: String] = [:],
    _ body: (Fleet, RestartableRouter) async throws -> Void
  ) async throws {
    let fleet = try await World.fleet
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("shardway-restart-\(UUID().uuidString.prefix(8))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(at: folder) }
    var options = World.pooled(workers: 2)
    options.sections["restart"] = "{ socket: \(folder.path)/socket }"
    options.sections.merge(sections) { _, given in given }
    options.environment.merge(environment) { _, given in given }
    try await withRouter(options, name: name) { _, router in
      let restartable = RestartableRouter(router, named: name, in: fleet)
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
    let started = try await Self.value(within: .seconds(60), "a new process") {
      Self.started(in: router.log.utf8.dropFirst(start)).first
    }
    // What the fleet knows ends with it, however this process ends.
    _ = try fleet.write("\(started) \(SIGTERM)\n", to: "processes/\(name)-\(started)")
    processID = try await Self.value(within: .seconds(60), "a new process that serves") {
      Self.successor(in: router.log.utf8.dropFirst(start))
    }
    _ = try await Self.value(within: .seconds(60), "the end of process \(before)") {
      Self.runs(before) ? nil : true
    }
  }

  /// Tells the process that serves to start another.
  func signalRestart() { kill(processID, SIGUSR2) }

  /// Ends the process that the router began with, and each that was started in another one's place, also one
  /// that never came to serve.
  private func end() async {
    await router.stop()
    var ended: Set<Int32> = []
    // Looked for again each time: until its end a process may start another.
    while let next = Self.started(in: router.log.utf8).first(where: { !ended.contains($0) }) {
      await end(next)
      ended.insert(next)
    }
  }

  private func end(_ processID: Int32) async {
    guard isOwn(processID) else { return }
    kill(processID, SIGTERM)
    _ = try? await Self.value(within: .seconds(30), "the end of process \(processID)") {
      Self.runs(processID) ? nil : true
    }
    if isOwn(processID) { kill(processID, SIGKILL) }
  }

  /// Whether a process runs with this router's configuration: an id in the log may be a stranger's by now.
  private func isOwn(_ processID: Int32) -> Bool {
    let line = try? Data(contentsOf: URL(fileURLWithPath: "/proc/\(processID)/cmdline"))
    return String(decoding: line ?? Data(), as: UTF8.self).contains("\(fleet.path)/\(name).yaml")
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

  /// The processes that were started in another one's place, as a log tells it.
  private static func started(in log: some Sequence<UInt8>) -> [Int32] {
    String(decoding: Array(log), as: UTF8.self)
      .matches(of: /process (\d+) is starting in this one's place/).compactMap { Int32($0.1) }
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
