import DataPlane
import Telemetry

/// What has gone wrong with encryption in a run, and whether the worker has counted that and nothing else.
final class SecureLedger {
  /// Connections that have sent what is no TLS: the worker may have counted each, if it has come to read that.
  var nonsenseSent = 0
  /// Those of them that were told so by an alert: the worker must have.
  var alertsHeard = 0
  /// Connections whose handshake never goes on.
  var halfOpen = 0
  /// Servers that have shown a certificate which nobody trusts.
  var strangers = 0

  private let world: SimulatedWorld
  private let plan: SecurePlan

  init(world: SimulatedWorld, plan: SecurePlan) {
    self.world = world
    self.plan = plan
  }

  /// Looks after a turn whether more is held than may be.
  func look(_ audit: SecureAudit) {
    if audit.handshakes > plan.mostHandshakes {
      world.violate(
        "\(audit.handshakes) handshakes are under way, and \(plan.mostHandshakes) may be")
    }
  }

  /// Looks, when the worker has stopped, whether its counters are right.
  func check(_ reports: [WorkerReport]) {
    func count(_ counter: WorkerCounter) -> Int {
      reports.reduce(0) { $0 + Int($1.counters.value(counter)) }
    }
    expect(count(.tlsFailedProtocol), in: alertsHeard...nonsenseSent, "for what is no TLS")
    expect(count(.tlsFailedCertificate), in: 0...strangers, "for its certificate")
    expect(count(.tlsFailedTimeout), in: 0...halfOpen, "for its time")
    if plan.mostHandshakes == SecurePlan.ampleHandshakes {
      expect(count(.tlsFailedLimit), in: 0...0, "for the limit")
    }
    let opened = count(.tlsClientsShaken) + count(.tlsServersShaken)
    if count(.tlsClosed) != opened {
      world.violate("\(opened) connections were encrypted, and \(count(.tlsClosed)) closed")
    }
  }

  private func expect(_ count: Int, in range: ClosedRange<Int>, _ why: String) {
    if !range.contains(count) {
      world.violate("\(count) connections were ended \(why), and \(range) should have been")
    }
  }
}
