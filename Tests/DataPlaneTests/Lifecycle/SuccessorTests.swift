import Glibc
import Testing

@testable import shardway_router

@Suite("The process that takes a router's place")
struct SuccessorTests {
  private func environment(from own: [String]) -> [String] {
    var own: [UnsafeMutablePointer<CChar>?] = own.map { strdup($0) } + [nil]
    defer { for variable in own { free(variable) } }
    return own.withUnsafeMutableBufferPointer { own in
      let given = Successor.environment(from: own.baseAddress!)
      let isEnded = given.last.map { $0 == nil } ?? false
      #expect(isEnded, "a null pointer stands behind them")
      return given.compactMap { $0.map { String(cString: $0) } }
    }
  }

  @Test("inherits the environment, but for the variable that has the watchdog wait for this one")
  func inheritance() {
    let own = [
      "PATH=/usr/bin", "NOTIFY_SOCKET=/run/notify", "WATCHDOG_USEC=30000000", "WATCHDOG_PID=7",
      "WATCHDOG_PIDS=no such variable", "EMPTY=",
    ]
    #expect(environment(from: own) == own.filter { $0 != "WATCHDOG_PID=7" })
    #expect(environment(from: []) == [])
  }

  @Test("is one for which the watchdog waits, as it waited for the process before")
  func watchdog() {
    let inherited = environment(from: ["WATCHDOG_USEC=30000000", "WATCHDOG_PID=7"])
    let pairs = inherited.map { variable in
      let parts = variable.split(separator: "=", maxSplits: 1)
      return (String(parts[0]), String(parts[1]))
    }
    let manager = ServiceManager(environment: Dictionary(uniqueKeysWithValues: pairs), pid: 8)
    #expect(manager.watchdogInterval == .seconds(15))
  }
}
