import Pooling
import Routing
import Testing

@Suite struct InstanceCapTests {
  /// Takes as many as the worker gets, then is in line.
  private func takeAll(_ cap: InstanceCap, _ worker: Int) -> Int {
    var taken = 0
    while cap.take(worker) { taken += 1 }
    return taken
  }

  @Test(arguments: [
    (10, 1, 10, 9), (10, 2, 10, 4), (11, 2, 11, 4), (100, 8, 100, 11), (8, 8, 8, 0), (3, 8, 8, 0),
    (0, 1, 1, 0), (-5, 2, 2, 0),
  ])
  func `each worker has one connection reserved, and a fair share of the rest`(
    limit: Int, workers: Int, total: Int, fairShare: Int
  ) {
    let cap = InstanceCap(limit: limit, workers: workers)
    #expect(cap.total == total)
    #expect(cap.fairShare == fairShare)
    #expect(takeAll(cap, 0) == total - (workers - 1))
    for worker in 1..<workers {
      #expect(cap.room(for: worker) == 1)
      #expect(cap.take(worker), "its reserved one")
      #expect(!cap.take(worker))
    }
  }

  @Test func `a busy worker has what an idle one doesn't need, until that one asks`() {
    let cap = InstanceCap(limit: 10, workers: 2)
    #expect(takeAll(cap, 0) == 9)
    #expect(!cap.owes(0, leaving: 0), "nobody else wants any")
    #expect(cap.take(1))
    #expect(!cap.take(1))
    #expect(cap.owes(0, leaving: 0))
    #expect(!cap.owes(1, leaving: 0))
    #expect(cap.giveBack(0) == 1, "it was handed to the one in line")
    #expect(!cap.owes(0, leaving: 0), "one was asked for, one was given")
    #expect(cap.room(for: 1) == 1)
    #expect(!cap.take(0), "and nobody else can take it")
    #expect(cap.take(1))
    #expect(cap.held(by: 0) == 8)
    #expect(cap.held(by: 1) == 2)
  }

  @Test func `two that want all end up with equal shares`() {
    let cap = InstanceCap(limit: 10, workers: 2)
    #expect(takeAll(cap, 0) == 9)
    #expect(takeAll(cap, 1) == 1)
    for held in 2...5 {
      #expect(cap.owes(0, leaving: 0))
      #expect(cap.giveBack(0) == 1)
      #expect(takeAll(cap, 1) == 1)
      #expect(cap.held(by: 1) == held)
    }
    #expect(!cap.owes(0, leaving: 0) && !cap.owes(1, leaving: 0))
    #expect(cap.held(by: 0) == 5)
  }

  @Test func `one in line that falls below its share is owed one`() {
    let cap = InstanceCap(limit: 9, workers: 3)
    for worker in 0..<3 { #expect(cap.take(worker)) }
    for worker in [0, 0, 0, 0, 1, 1] { #expect(cap.take(worker)) }
    #expect(!cap.take(2))
    #expect(!cap.take(1), "at its share")
    #expect(cap.giveBack(1) == 2, "who came first")
    #expect(cap.owes(0, leaving: 0), "and now there is another")
    #expect(cap.giveBack(0) == 1)
    #expect(!cap.owes(0, leaving: 0))
  }

  @Test func `those below their share are served before those above, each in order of arrival`() {
    let cap = InstanceCap(limit: 16, workers: 4)
    // Shares are 3 of 12; worker 0 gets 7 of them, the others 3, 1 and 1.
    for worker in 0..<4 { #expect(cap.take(worker)) }
    for _ in 0..<7 { #expect(cap.take(0)) }
    for _ in 0..<3 { #expect(cap.take(1)) }
    #expect(cap.take(2))
    #expect(cap.take(3))
    // In this order they join the line.
    for worker in [1, 3, 2] { #expect(!cap.take(worker)) }
    #expect(cap.owes(0, leaving: 0) && !cap.owes(1, leaving: 0))
    #expect([cap.giveBack(0), cap.giveBack(0), cap.giveBack(0)] == [3, 2, 1])
    #expect(cap.giveBack(0) == nil)
  }

  @Test func `asking again doesn't lose the place in line`() {
    let cap = InstanceCap(limit: 9, workers: 3)
    #expect(takeAll(cap, 0) == 7)
    #expect(cap.take(1) && cap.take(2))
    #expect(!cap.take(1))
    #expect(!cap.take(2))
    #expect(!cap.take(1))
    #expect(cap.giveBack(0) == 1)
    #expect(cap.giveBack(0) == 2)
  }

  @Test func `one who doesn't want any more leaves the line, and passes on what he was handed`() {
    let cap = InstanceCap(limit: 9, workers: 3)
    #expect(takeAll(cap, 0) == 7)
    #expect(cap.take(1) && cap.take(2))
    #expect(!cap.take(1) && !cap.take(2))
    #expect(cap.withdraw(2) == nil)
    #expect(cap.owes(0, leaving: 0), "the other still waits")
    #expect(cap.giveBack(0) == 1)
    #expect(!cap.take(2))
    #expect(cap.withdraw(1) == 2)
    #expect(cap.withdraw(1) == nil)
    #expect(cap.take(2))
    #expect(!cap.owes(0, leaving: 0))
    #expect(cap.withdraw(0) == nil)
    #expect(cap.giveBack(0) == nil)
    #expect(cap.room(for: 1) == 1)
  }

  @Test func `one that is asked for is given once, however long it takes to close`() {
    let cap = InstanceCap(limit: 10, workers: 2)
    #expect(takeAll(cap, 0) == 9)
    #expect(takeAll(cap, 1) == 1)
    #expect(cap.owes(0, leaving: 0))
    #expect(!cap.owes(0, leaving: 1))
    #expect(cap.isWanted(from: 0, leaving: 0) && !cap.isWanted(from: 0, leaving: 1))
  }

  @Test
  func `what a worker doesn't use is wanted by whoever stands in line, but for its reserved one`() {
    let cap = InstanceCap(limit: 6, workers: 2)
    for worker in [0, 0, 0, 1, 1, 1] { #expect(cap.take(worker)) }
    #expect(!cap.isWanted(from: 0, leaving: 0), "nobody waits")
    #expect(!cap.take(1))
    #expect(cap.isInLine(1) && !cap.isInLine(0))
    #expect(!cap.owes(0, leaving: 0), "both have their share")
    #expect(cap.isWanted(from: 0, leaving: 0))
    #expect(!cap.isWanted(from: 1, leaving: 0), "it waits for itself")
    #expect(cap.giveBack(0) == 1 && cap.take(1) && !cap.take(1))
    #expect(cap.giveBack(0) == 1 && cap.take(1) && !cap.take(1))
    #expect(cap.held(by: 0) == 1)
    #expect(!cap.mayGive(0) && !cap.isWanted(from: 0, leaving: 0))
  }

  @Test func `a worker's last connection stays reserved for it`() {
    let cap = InstanceCap(limit: 2, workers: 2)
    #expect(cap.take(0))
    #expect(!cap.take(0))
    #expect(cap.take(1))
    #expect(cap.giveBack(1) == nil, "nobody else can have it")
    #expect(!cap.take(0))
    #expect(cap.take(1))
    #expect(cap.giveBack(1) == nil)
    #expect(cap.giveBack(0) == nil)
  }

  @Test func `a lent connection is given back before the reserved one`() {
    let cap = InstanceCap(limit: 3, workers: 2)
    #expect(cap.take(0) && cap.take(0))
    #expect(cap.take(1))
    #expect(!cap.take(1))
    #expect(cap.giveBack(0) == 1)
    #expect(cap.take(1))
    #expect(cap.held(by: 0) == 1 && cap.held(by: 1) == 2)
  }

  /// Workers that come and go with what they want, and keep the rules: each step is one of one of them.
  @Test(arguments: 0..<20 as Range<UInt64>, [(1, 4), (2, 9), (4, 16), (5, 33), (8, 8)])
  func
    `whatever the order of steps, nothing is lost, nothing is exceeded, and nobody is left waiting`(
      seed: UInt64, size: (workers: Int, limit: Int)
    )
  {
    var random = RandomSource(seed: seed)
    let cap = InstanceCap(limit: size.limit, workers: size.workers)
    var fleet = SimulatedWorkers(cap)
    for _ in 0..<2_000 {
      let worker = random.index(below: size.workers)
      switch random.index(below: 8) {
      case 0: fleet.want(random.index(below: cap.total + 1), worker)
      default: fleet.step(worker)
      }
      #expect(fleet.held.reduce(0, +) <= cap.total)
    }
    fleet.settle()
    let demand = fleet.wanted
    for worker in 0..<size.workers {
      #expect(fleet.held[worker] == cap.held(by: worker))
      #expect(fleet.held[worker] <= demand[worker])
      // Everyone has what it wants, or its share.
      #expect(fleet.held[worker] >= min(demand[worker], 1 + cap.fairShare))
    }
    // One who has less than he wants lacks it because the others have it, or have it reserved.
    let unusedReserves = fleet.held.count { $0 == 0 }
    if (0..<size.workers).contains(where: { fleet.held[$0] < demand[$0] }) {
      #expect(fleet.held.reduce(0, +) + unusedReserves == cap.total)
    }
    // When all have given back, one worker can have all that isn't reserved.
    for worker in 0..<size.workers { fleet.want(0, worker) }
    fleet.settle()
    #expect(takeAll(cap, 0) == cap.total - (size.workers - 1))
  }
}

/// Workers in one thread, each of which wants some number of connections and keeps the rules.
private struct SimulatedWorkers {
  let cap: InstanceCap
  var held: [Int]
  var wanted: [Int]

  init(_ cap: InstanceCap) {
    self.cap = cap
    held = Array(repeating: 0, count: cap.workers)
    wanted = held
  }

  mutating func want(_ count: Int, _ worker: Int) { wanted[worker] = count }

  /// One turn of a worker: it closes what it doesn't want or owes, or asks for one more. True when it changed anything.
  @discardableResult
  mutating func step(_ worker: Int) -> Bool {
    if held[worker] > wanted[worker] || held[worker] > 0 && cap.owes(worker, leaving: 0) {
      held[worker] -= 1
      _ = cap.giveBack(worker)
      return true
    }
    if held[worker] == wanted[worker] { return cap.withdraw(worker) != nil }
    if !cap.take(worker) { return false }
    held[worker] += 1
    return true
  }

  /// Turns in which all workers want what they want now, until nothing changes.
  mutating func settle() {
    var quietRounds = 0
    for _ in 0..<10_000 {
      quietRounds += 1
      for worker in 0..<cap.workers where step(worker) { quietRounds = 0 }
      // One who asks again, and gets nothing, may be owed one only from then on.
      if quietRounds == 2 { return }
    }
    Issue.record("workers go on passing connections round though they want nothing new")
  }
}
