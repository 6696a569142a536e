import Routing
import ShardMap
import Testing

@testable import Admission

@Suite struct DirectoryTests {
  private static let envelope = Envelope(transactionsPerSecond: 100, transactionBurst: 10)

  @Test("those that come near to their limits are told, the neediest first, and the others are not")
  func demands() {
    let directory = TenantDirectory(workers: 1)
    var table = TenantTable(directory: directory, worker: 0)
    // Transactions in ten milliseconds, of one that may come.
    let loads = [("none", 0.0), ("few", 0.2), ("most", 0.8), ("all", 1.0), ("more", 3.0)]
    let ids = loads.map { Array($0.0.utf8) }
    let slots = ids.map {
      table.join($0.span.bytes, envelope: Self.envelope, use: .full, now: .origin)
    }
    var owed = [Double](repeating: 0, count: loads.count)
    var told: [TenantDemand] = []
    for step in 1...500 as ClosedRange<UInt64> {
      let now = milliseconds(10 * step)
      for tenant in loads.indices {
        owed[tenant] += loads[tenant].1
        while owed[tenant] >= 1 {
          owed[tenant] -= 1
          if table.admitTransaction(slots[tenant], now: now) == .admitted {
            table.transactionEnded(slots[tenant])
          }
        }
      }
      table.giveBack(now: now)
      if step % 100 == 0 { told = directory.demands(limit: 10, now: now) }
    }
    #expect(told.map(\.tenant) == ["more", "all", "most"].map { Array($0.utf8) })
    #expect(told.allSatisfy { $0.share == 1_000_000 })
    for (demand, wanted) in zip(told, [3_000_000, 1_000_000, 800_000] as [UInt32]) {
      #expect((wanted - wanted / 20...wanted + wanted / 20).contains(demand.wanted))
    }
    #expect(directory.demands(limit: 1, now: milliseconds(5_001)).map(\.tenant) == [ids[4]])
    for second in 6...8 as ClosedRange<UInt64> {
      #expect(directory.demands(limit: 10, now: milliseconds(1_000 * second)).isEmpty)
    }
  }

  @Test("one that has a share of its own is told although it uses little")
  func ownShare() {
    let tenant = OneTenant(Self.envelope)
    tenant.directory.apply(RegionalShares(standard: 500_000, tenants: [tenant.id: 900_000]))
    _ = tenant.directory.demands(limit: 10, now: milliseconds(1_000))
    for second in 2...9 as ClosedRange<UInt64> {
      #expect(
        tenant.directory.demands(limit: 10, now: milliseconds(1_000 * second))
          == [TenantDemand(tenant: tenant.id, wanted: 0, share: 900_000)])
    }
  }

  @Test("one whose share is new to it wants nothing of that yet, and one without a session neither")
  func newShare() {
    let tenant = OneTenant(Self.envelope)
    let absent = Array("absent".utf8)
    tenant.directory.apply(
      RegionalShares(standard: 500_000, tenants: [tenant.id: 900_000, absent: 100_000]))
    #expect(
      Set(tenant.directory.demands(limit: 10, now: milliseconds(1)))
        == [
          TenantDemand(tenant: tenant.id, wanted: 0, share: 900_000),
          TenantDemand(tenant: absent, wanted: 0, share: 100_000),
        ])
  }

  @Test("what was wanted of one share is told with that one, until another is measured")
  func measuredShare() {
    let tenant = OneTenant(Self.envelope)
    func run(_ milliseconds: ClosedRange<UInt64>) {
      for time in milliseconds {
        _ = tenant.runAll(now: AdmissionTests.milliseconds(time))
        tenant.giveBack(now: AdmissionTests.milliseconds(time))
      }
    }
    func demand(at time: UInt64) -> TenantDemand? {
      tenant.directory.demands(limit: 1, now: milliseconds(time)).first
    }
    tenant.directory.apply(RegionalShares(standard: 500_000, tenants: [:]))
    run(0...1_000)
    _ = demand(at: 1_000)
    run(1_001...1_900)
    tenant.directory.apply(RegionalShares(standard: 500_000, tenants: [tenant.id: 900_000]))
    // Its clients have waited all the time: it wants all that there is.
    let whole = RegionalShares.whole.standard
    #expect(demand(at: 1_901).map { $0.share == 500_000 && $0.wanted >= whole } == true)
    #expect(demand(at: 1_950)?.share == 500_000)
    // Then nobody came.
    #expect(demand(at: 2_900) == TenantDemand(tenant: tenant.id, wanted: 0, share: 900_000))
  }

  @Test("a share that grows brings no burst that may have been used elsewhere")
  func grownShare() {
    let tenant = OneTenant(Envelope(transactionsPerSecond: 100, transactionBurst: 100))
    tenant.directory.apply(RegionalShares(standard: 1_000_000, tenants: [tenant.id: 100_000]))
    tenant.giveBack(now: milliseconds(5_000))
    #expect(tenant.runAll(now: milliseconds(5_000)) == 10)
    tenant.directory.apply(.whole)
    #expect(tenant.runAll(now: milliseconds(5_000)) <= 1)
    #expect((49...51).contains(tenant.runAll(now: milliseconds(5_500))))
  }

  @Test("a tenant without sessions is forgotten after a minute, and its slot serves another")
  func forgotten() {
    let directory = TenantDirectory(workers: 1)
    var table = TenantTable(directory: directory, worker: 0)
    let (one, other) = (Array("one".utf8), Array("other".utf8))
    let slot = table.join(one.span.bytes, envelope: Self.envelope, use: .full, now: .origin)
    #expect(table.count == 1 && table.name(of: slot) == one)
    table.leave(slot, now: milliseconds(1_000))
    table.giveBack(now: milliseconds(60_999))
    #expect(table.count == 1)
    #expect(table.nextChore == milliseconds(61_000))
    table.giveBack(now: milliseconds(61_000))
    #expect(table.count == 0 && table.slotCount == 1 && table.nextChore == nil)
    let next = table.join(other.span.bytes, envelope: Self.envelope, use: .full, now: .origin)
    #expect(next == slot && table.name(of: next) == other)
  }

  @Test("one that has moved too many bytes is remembered until they have come back")
  func byteDebt() {
    let directory = TenantDirectory(workers: 1)
    var table = TenantTable(directory: directory, worker: 0)
    let id = Array("tenant".utf8)
    let envelope = Envelope(bytesOutPerSecond: 1_000)
    let slot = table.join(id.span.bytes, envelope: envelope, use: .full, now: .origin)
    table.charge(slot, bytesIn: 0, bytesOut: 301_000, now: .origin)
    table.leave(slot, now: milliseconds(1_000))
    table.giveBack(now: milliseconds(61_000))
    #expect(table.count == 1 && table.nextChore == milliseconds(121_000))
    let now = milliseconds(62_000)
    let again = table.join(id.span.bytes, envelope: envelope, use: .full, now: now)
    let rest = table.pause(again, now: now)
    #expect(again == slot && rest == milliseconds(300_000))
    table.leave(again, now: now)
    for time in [122_000, 182_000, 242_000] as [UInt64] {
      table.giveBack(now: milliseconds(time))
    }
    #expect(table.count == 1)
    table.giveBack(now: milliseconds(302_000))
    #expect(table.count == 0 && table.nextChore == nil)
  }

  @Test("one that has used up its burst and comes back has of it what its rate has brought")
  func burstDebt() {
    let directory = TenantDirectory(workers: 1)
    var table = TenantTable(directory: directory, worker: 0)
    let id = Array("tenant".utf8)
    let envelope = Envelope(transactionsPerSecond: 1, transactionBurst: 100)
    let slot = table.join(id.span.bytes, envelope: envelope, use: .full, now: .origin)
    for _ in 0..<100 {
      let admission = table.admitTransaction(slot, now: .origin)
      #expect(admission == .admitted)
      table.transactionEnded(slot)
    }
    table.leave(slot, now: milliseconds(1_000))
    table.giveBack(now: milliseconds(61_000))
    let now = milliseconds(62_000)
    let again = table.join(id.span.bytes, envelope: envelope, use: .full, now: now)
    var count = 0
    while table.admitTransaction(again, now: now) == .admitted {
      table.transactionEnded(again)
      count += 1
    }
    #expect(again == slot && count == 62)
  }

  @Test("one that comes near to its limits while too many are named is named later")
  func unnamed() {
    let directory = TenantDirectory(workers: 1)
    var table = TenantTable(directory: directory, worker: 0)
    let room = AdmissionLimits.namedTenants
    let ids = (0...room).map { Array("tenant-\($0)".utf8) }
    let slots = ids.map {
      table.join($0.span.bytes, envelope: Self.envelope, use: .full, now: .origin)
    }
    for slot in slots {
      while table.admitTransaction(slot, now: milliseconds(1)) == .admitted {
        table.transactionEnded(slot)
      }
    }
    let told = directory.demands(limit: 2 * room, now: milliseconds(1)).map(\.tenant)
    #expect(Set(told) == Set(ids.dropLast()))
    _ = table.admitTransaction(slots[room], now: milliseconds(1))
    let later = directory.demands(limit: 2 * room, now: milliseconds(2)).map(\.tenant)
    #expect(Set(later) == Set(ids))
  }

  @Test("one that comes back in time has the slot and the debts that it had")
  func cameBack() {
    let directory = TenantDirectory(workers: 1)
    var table = TenantTable(directory: directory, worker: 0)
    let id = Array("tenant".utf8)
    let slot = table.join(id.span.bytes, envelope: Self.envelope, use: .full, now: .origin)
    for _ in 0..<10 { _ = table.admitTransaction(slot, now: milliseconds(10)) }
    for _ in 0..<10 { table.transactionEnded(slot) }
    table.leave(slot, now: milliseconds(10))
    #expect(
      table.join(id.span.bytes, envelope: Self.envelope, use: .full, now: milliseconds(11)) == slot)
    let again = table.admitTransaction(slot, now: milliseconds(11))
    #expect(again == .overRate(until: milliseconds(20)))
  }

  @Test("of a hundred thousand tenants each is found")
  func many() {
    let directory = TenantDirectory(workers: 1)
    var table = TenantTable(directory: directory, worker: 0)
    for round in 0..<2 {
      for number in 0..<100_000 as Range<UInt32> {
        let id = Array("tenant-\(number)".utf8)
        let slot = table.join(id.span.bytes, envelope: Self.envelope, use: .full, now: .origin)
        if slot.index != number { Issue.record("\(number) is \(slot.index) in round \(round)") }
      }
    }
    #expect(table.count == 100_000)
  }
}
