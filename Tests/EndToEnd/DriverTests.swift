import Foundation
import LocalFleet
import Testing

/// Drivers that applications use, through a listener of each kind.
@Suite(.serialized) struct DriverTests {
  /// Whether clients share server connections.
  enum Pooling: String, CaseIterable {
    case session, transaction
  }

  /// Where continuous integration runs, all drivers have to be there.
  private static let requiresAll = ProcessInfo.processInfo.environment["CI"] == "true"

  private static let programs = DriverProgram.allCases.filter { $0.isInstalled || requiresAll }

  @Test(.enabled(if: !programs.isEmpty, "NO DRIVER IS INSTALLED: run Tools/setup --drivers"))
  func `all drivers are there`() {
    let missing = DriverProgram.allCases.filter { !$0.isInstalled }
    guard !missing.isEmpty else { return }
    let names = missing.map { "\($0.rawValue) (\($0.requirements.joined(separator: ", ")))" }
    let text = "NOT TESTED, run Tools/setup --drivers: \(names.joined(separator: "; "))"
    Issue.record("\(text)", severity: Self.requiresAll ? .error : .warning)
  }

  @Test(arguments: programs, Pooling.allCases)
  func `each check of a driver's program holds`(program: DriverProgram, pooling: Pooling)
    async throws
  {
    let options =
      switch pooling {
      case .session: World.routerOptions(workers: 2)
      // Who keeps a server that others wait for is found out before the program's time is over.
      case .transaction: World.pooled(workers: 1, .scram, ["queryWait": "60s"])
      }
    let name = "router-\(program.rawValue)-\(pooling.rawValue)"
    try await withRouter(options, name: name) { fleet, router in
      let checks = try program.checks
      #expect(checks.count > 20, "the program's text was not understood")
      let report = try await DriverReport(
        of: program, pooling, tenant: fleet.tenant("birch"), through: router)
      for check in checks {
        let outcome = report.outcomes[check]
        #expect(outcome == "ok", "\(check); all that it said:\n\(report.text)")
      }
      #expect(Set(report.outcomes.keys).subtracting(checks).isEmpty)
      #expect(router.process.isRunning, "\(router.log)")
    }
  }
}
