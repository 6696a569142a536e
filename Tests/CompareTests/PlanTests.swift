import Testing

@testable import shardway_compare

@Suite struct WorkloadPlanTests {
  @Test func `the standard plan varies each dimension, and can be run`() {
    let all = WorkloadPlan(WorkloadPlan.Choice()).workloads
    #expect(Set(all.map(\.clients)).isSuperset(of: [1, 64, 1_000, 5_000]))
    #expect(Set(all.map(\.setting.server)).count == 2)
    #expect(Set(all.map(\.setting.pooling)).count == 2)
    #expect(Set(all.map(\.setting.encryption)).count == 4)
    #expect(Set(all.map(\.connections)).count == 3)
    let sizes = all.compactMap { if case .row(let bytes) = $0.transaction { bytes } else { nil } }
    #expect(Set(sizes).isSuperset(of: [64, 1 << 20]))
    for workload in all {
      #expect(workload.isPossible, "\(workload.title)")
      // The null server has no tables.
      #expect(workload.transaction != .select || workload.setting.server == .postgres)
    }
  }

  @Test func `cells of a setting are measured together`() {
    let groups = WorkloadPlan(WorkloadPlan.Choice()).settings
    #expect(Set(groups.map(\.setting)).count == groups.count)
  }

  @Test func `a setting that is named narrows the standard plan down`() {
    let plan = WorkloadPlan(WorkloadPlan.Choice(servers: [.postgres], poolings: [.transaction]))
    #expect(!plan.workloads.isEmpty)
    #expect(
      plan.workloads.allSatisfy {
        $0.setting.server == .postgres && $0.setting.pooling == .transaction
      })
  }

  @Test func `cells that are named are combined`() {
    let choice = WorkloadPlan.Choice(clients: [1, 64], bytes: [64, 1 << 20], modes: [.prepared])
    #expect(WorkloadPlan(choice).workloads.count == 4)
  }

  @Test func `connections that are named narrow the standard plan down, or are combined`() {
    let narrowed = WorkloadPlan(WorkloadPlan.Choice(connections: [.resumed])).workloads
    #expect(narrowed.map(\.setting.encryption) == [.ends, .direct])
    let combined = WorkloadPlan(
      WorkloadPlan.Choice(encryptions: [.ends], clients: [8], connections: [.anew, .resumed]))
    #expect(combined.workloads.map(\.connections) == [.anew, .resumed])
  }

  @Test(arguments: [Workload.Encryption.off, .on])
  func `no session is resumed where none ends at a proxy`(encryption: Workload.Encryption) {
    let choice = WorkloadPlan.Choice(
      encryptions: [encryption], clients: [8], connections: [.anew, .resumed])
    #expect(WorkloadPlan(choice).workloads.map(\.connections) == [.anew])
  }

  @Test func `thousands of PostgreSQL processes are not started`() {
    let choice = WorkloadPlan.Choice(servers: [.postgres], clients: [5_000])
    #expect(WorkloadPlan(choice).workloads.isEmpty)
    let shared = WorkloadPlan.Choice(
      servers: [.postgres], poolings: [.transaction], clients: [5_000])
    #expect(WorkloadPlan(shared).workloads.count == 1)
  }
}

@Suite struct SizeTextTests {
  @Test(arguments: [
    ("64", 64), ("64B", 64), ("16KiB", 16_384), ("1MiB", 1_048_576),
  ])
  func `sizes are read`(text: String, bytes: Int) {
    #expect(SizeText.bytes(text) == bytes)
  }

  @Test(arguments: ["", "0", "KiB", "64kb", "-1", "99999999999"])
  func `what is no size is not taken`(text: String) {
    #expect(SizeText.bytes(text) == nil)
  }

  @Test(arguments: [(64, "64 B"), (1_500, "1500 B"), (4_096, "4 KiB"), (1 << 20, "1 MiB")])
  func `sizes are written as people would`(bytes: Int, text: String) {
    #expect(SizeText.of(bytes) == text)
  }
}
