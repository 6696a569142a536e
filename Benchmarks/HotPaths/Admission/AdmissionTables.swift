import Admission
import Routing
import ShardMap

/// A worker's tenants with envelopes, and the order in which their transactions come: at random.
struct AdmissionTables: ~Copyable {
  private let directory: TenantDirectory
  private var table: TenantTable
  private let order: [TenantSlot]
  private var position = 0
  private var now = MonotonicTime(nanoseconds: 1_000_000_000)

  /// So many tenants, each with a transaction behind it.
  init(tenants: Int, envelope: Envelope) {
    directory = TenantDirectory(workers: 2)
    table = TenantTable(directory: directory, worker: 0)
    var order: [TenantSlot] = []
    order.reserveCapacity(tenants)
    for number in 0..<tenants {
      let id = Array("tenant-\(number)".utf8)
      let slot = table.join(id.span.bytes, envelope: envelope, use: .full, now: now)
      _ = table.admitTransaction(slot, now: now)
      table.transactionEnded(slot)
      order.append(slot)
    }
    var random = RandomSource(seed: 1)
    order.shuffle(using: &random)
    self.order = order
  }

  /// Begins and ends transactions, one after the other, each a microsecond after the last.
  mutating func run(_ count: Int) -> Int {
    var admitted = 0
    for _ in 0..<count {
      now = now.advanced(byNanoseconds: 1_000)
      position = position + 1 < order.count ? position + 1 : 0
      let slot = order[position]
      if table.admitTransaction(slot, now: now) == .admitted {
        admitted += 1
        table.transactionEnded(slot)
      }
    }
    precondition(admitted == count, "the envelopes are meant to admit all")
    return admitted
  }
}

/// A fair queue in which each of a thousand sessions waits, of a hundred tenants.
struct WaitingSessions: ~Copyable {
  private var queue = FairQueue(sessions: 1_000)
  private var tenants: [UInt32]

  init() {
    tenants = (0..<1_000).map { $0 % 100 }
    for session in 0..<1_000 as Range<UInt32> { push(session) }
  }

  /// Has the next session served, and waiting again.
  mutating func serve(_ count: Int) -> Int {
    var sum = 0
    for _ in 0..<count {
      guard let session = queue.next(now: .origin) else { break }
      sum += Int(session)
      push(session)
    }
    return sum
  }

  private mutating func push(_ session: UInt32) {
    let tenant = tenants[Int(session)]
    queue.push(
      session: session, tenant: TenantSlot(index: tenant), weight: UInt16(1 + tenant % 4),
      priority: .interactive, ready: .origin,
      deadline: MonotonicTime(nanoseconds: 1_000_000_000 + UInt64(session)), now: .origin)
  }
}
