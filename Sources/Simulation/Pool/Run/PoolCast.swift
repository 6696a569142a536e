import ShardMap
import Synchronization

/// Clients that share servers.
final class PoolCast: Cast {
  let ledger: PoolLedger
  private let plan: PoolPlan

  init(fleet: SimulatedFleet, plan: PoolPlan, taken: TakenMap) {
    ledger = PoolLedger(fleet: fleet)
    self.plan = plan
    ledger.mapTaken = { taken.version }
    if plan.probes != nil {
      fleet.replication = SimulatedReplication(world: fleet.world, maps: fleet.maps)
    }
    fleet.accept = { [unowned ledger] in
      SharedBackend(ledger: ledger, instance: $0, socket: $1)
    }
  }

  var sharedConnections: Int { ledger.fleet.connectionCount }

  func newClient(_ number: Int, _ listeners: [SimulatedListener]) -> any Participant {
    SharingClient(number: number, ledger: ledger, plan: plan, listener: listeners[2])
  }
}

/// The map that the worker has taken, told by the worker.
final class TakenMap: Sendable {
  private let taken = Atomic(1)

  var version: Int { taken.load(ordering: .relaxed) }

  func note(_ map: CompiledMap) { taken.store(Int(map.header.mapVersion), ordering: .relaxed) }
}
