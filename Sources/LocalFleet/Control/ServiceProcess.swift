internal import Foundation
internal import Synchronization

/// A program of the fleet that is started, stopped and started again.
final class ServiceProcess: Sendable {
  /// The name of its log and of its file in `processes/`.
  let name: String
  private let folder: FleetFolder
  private let executable: String
  private let process = Mutex<ChildProcess?>(nil)

  /// - Throws: `FleetError.serviceNotReady` when the program is not there.
  init(name: String, executable: String, folder: FleetFolder) throws(FleetError) {
    self.name = name
    self.folder = folder
    // Made absolute: it starts in the fleet's folder, where a relative path leads nowhere.
    self.executable = URL(fileURLWithPath: executable).path
    guard FileManager.default.isExecutableFile(atPath: self.executable) else {
      throw .serviceNotReady(
        name: name, reason: "is not there: \(self.executable); `swift build` builds it", log: "")
    }
  }

  var isRunning: Bool { process.withLock { $0?.isRunning ?? false } }

  var pid: Int32? { process.withLock { $0.flatMap { $0.isRunning ? $0.pid : nil } } }

  var logPath: String { folder.log(of: name) }

  var log: String { (try? String(contentsOfFile: logPath, encoding: .utf8)) ?? "" }

  /// Starts it unless it runs, and returns when `isReady` says so.
  func start(
    _ arguments: [String], isReady: @Sendable () async -> Bool
  ) async throws(FleetError) {
    let started = try running(arguments)
    let deadline = ContinuousClock.now + FleetLimits.serviceStart
    while true {
      if await isReady() { return }
      guard started.isRunning else {
        throw failure("\(await started.wait()) while starting")
      }
      guard ContinuousClock.now < deadline else { break }
      do { try await Task.sleep(for: FleetLimits.poll) } catch { throw .cancelled }
    }
    throw failure("was not ready within \(FleetLimits.serviceStart)")
  }

  /// Its process, which is started if there is none.
  private func running(_ arguments: [String]) throws(FleetError) -> ChildProcess {
    if let process = process.withLock({ $0 }), process.isRunning { return process }
    var launch = Launch(executable, arguments)
    launch.output = .appended(path: logPath)
    launch.error = .appended(path: logPath)
    let started = try folder.start(launch, name: name, stopSignal: SIGTERM)
    process.withLock { $0 = started }
    return started
  }

  /// Sends it a signal; nothing happens when it does not run.
  func signal(_ number: Int32) { process.withLock { $0 }?.signal(number) }

  /// Runs the program to its end for a preparation, and returns what it printed.
  func run(_ arguments: [String]) async throws(FleetError) -> String {
    try await Command.run(Launch(executable, arguments))
  }

  /// The same for a question: an answer that is bad news is an answer.
  func output(_ arguments: [String]) async throws(FleetError) -> String {
    let result = try await Command.result(of: Launch(executable, arguments))
    return result.output.isEmpty ? result.errorOutput : result.output
  }

  /// Asks it to stop, kills it when it takes too long, and returns when it has ended.
  @discardableResult
  func stop(_ signal: Int32 = SIGTERM) async -> ExitStatus? {
    guard let process = process.withLock({ $0 }) else { return nil }
    process.signal(signal)
    // It may stand still, and would not notice.
    process.signal(SIGCONT)
    if let status = await process.wait(upTo: FleetLimits.stop) { return status }
    process.signal(SIGKILL)
    return await process.wait()
  }

  private func failure(_ reason: String) -> FleetError {
    .serviceNotReady(name: name, reason: reason, log: Command.lastLines(ofFile: logPath))
  }
}
