internal import Foundation

/// Reads in the router's log which ports it listens on.
enum ListeningPorts {
  /// Waits until the log has a line `listening on ADDRESS:PORT (PROTOCOL)` for each protocol; the
  /// first `start` bytes are of earlier runs.
  static func wait(
    for protocols: [String], of process: ChildProcess, executable: String, logPath: String,
    from start: Int
  ) async throws(FleetError) -> [String: UInt16] {
    let deadline = ContinuousClock.now + FleetLimits.routerStart
    func failure(_ reason: String) -> FleetError {
      .routerNotReady(
        executable: executable, reason: reason, log: Command.lastLines(ofFile: logPath))
    }
    while ContinuousClock.now < deadline {
      let log = FileManager.default.contents(atPath: logPath)?.dropFirst(start) ?? Data()
      let ports = parse(String(decoding: log, as: UTF8.self))
      if protocols.allSatisfy({ ports[$0] != nil }) { return ports }
      if !process.isRunning {
        throw failure("\(await process.wait()) before it listened")
      }
      do { try await Task.sleep(for: FleetLimits.poll) } catch {
        process.signal(SIGTERM)
        throw .cancelled
      }
    }
    process.signal(SIGKILL)
    throw failure("did not listen within \(FleetLimits.routerStart)")
  }

  /// The port of each protocol named so far.
  static func parse(_ log: String) -> [String: UInt16] {
    var ports: [String: UInt16] = [:]
    for line in log.split(separator: "\n") {
      guard let start = line.range(of: "listening on ") else { continue }
      let words = line[start.upperBound...].split(separator: " ")
      guard words.count >= 2, let port = words[0].split(separator: ":").last.flatMap({ UInt16($0) })
      else { continue }
      // In a log of JSON more follows behind the name.
      ports[String(words[1].dropFirst().prefix { $0 != ")" })] = port
    }
    return ports
  }
}
