import ShardMap
import Testing

@testable import shardway

@Suite struct TTLAdvisorTests {
  private func question(
    mode: PollMode = .events, samples: UInt64 = 100_000, loss: Double = 0.01,
    pollLoss: Double = 0.001,
    unreachable: Double = 0, window: Double = 2, share: Double = 1e-4, maxStale: Double = 3600
  ) throws -> TTLQuestion {
    let objective = MisrouteObjective(window: window, share: share)
    return TTLQuestion(
      conditions: MisrouteModel.Conditions(
        times: try PropagationTimes(
          bounds: [0.005, 0.01, 0.05], counts: [samples / 2, samples / 2, 0]),
        eventLoss: loss, pollLoss: pollLoss, unreachable: unreachable, jitter: 0.1),
      mode: mode, routers: 100, changeRate: 2, wait: 30, statusInterval: 30,
      permissionsMaxStale: maxStale,
      objectives: Dictionary(
        uniqueKeysWithValues: FreshnessClass.allCases.map { ($0, objective) }))
  }

  @Test(arguments: PollMode.allCases, [(2.0, 1e-4), (0.5, 1e-3), (10, 1e-5), (30, 0.5)])
  func `the advised interval reaches the objective, and no longer one does`(
    mode: PollMode, objective: (window: Double, share: Double)
  ) throws {
    let question = try question(mode: mode, window: objective.window, share: objective.share)
    for advice in TTLAdvisor.advise(question) {
      #expect(advice.isMet)
      #expect(advice.probability <= objective.share)
      for interval in TTLLimits.intervals where interval > advice.model.pollInterval {
        let longer = question.model(.routing, pollInterval: interval, maxStale: 3600)
        #expect(longer.probability(windowOver: objective.window) > objective.share)
      }
    }
  }

  @Test func `a TTL outlasts the polls that fail by chance`() throws {
    for (pollLoss, polls) in [(0.0, 1.0), (0.001, 2), (0.1, 6), (0.9, 10)] {
      let question = try question(pollLoss: pollLoss)
      #expect(question.ttl(pollInterval: 10) >= 11 * (polls + 1))
      #expect(question.ttl(pollInterval: 10) <= 11 * (polls + 1) * 1.5)
    }
  }

  @Test func `an objective that propagation alone misses is not met by any interval`() throws {
    let question = try question(window: 0.006)
    for advice in TTLAdvisor.advise(question) {
      #expect(!advice.isMet)
      #expect(advice.floor > 0.3 && advice.floor <= advice.probability)
    }
  }

  @Test func `changes nobody can see count for routing, and maxStale bounds them for permissions`()
    throws
  {
    let question = try question(unreachable: 0.01, window: 120)
    let advice = TTLAdvisor.advise(question)
    for entry in advice {
      #expect(entry.isMet == (entry.freshnessClass == .permissions))
    }
    let permissions = try #require(advice.last)
    #expect(permissions.freshnessClass == .permissions)
    #expect(try #require(permissions.model.maxStale) <= 120)
  }

  @Test(arguments: [
    (PollMode.poll, 10.0, 0.0, 0.1), (.events, 10, 0, 2.1), (.events, 10, 0.5, 1.1),
    (.longPoll, 10, 0, 2.1), (.longPoll, 10, 1, 0.1333), (.longPoll, 0.01, 0, 102),
  ])
  func `a sidecar's requests follow from its mode`(
    mode: PollMode, interval: Double, loss: Double, expected: Double
  ) {
    let requests = mode.requests(interval: interval, wait: 30, changes: 2, eventLoss: loss)
    #expect(abs(requests - expected) < 0.01 * expected)
  }

  @Test func `too few samples for the share are warned of, and the bound says how little is known`()
    throws
  {
    let few = try question(samples: 1000)
    #expect(
      TTLAdvisor.warnings(few).contains { $0.contains("1,000 samples can't show 1 in 10,000") })
    #expect(try #require(TTLAdvisor.advise(few).first).upperBound > 0.002)
    #expect(TTLAdvisor.warnings(try question(samples: 100_000)).isEmpty)
  }

  @Test func `the picture is well formed and shows every class and the objective`() throws {
    let question = try question()
    let svg = TTLPlot(question: question, advice: TTLAdvisor.advise(question)).svg()
    for text in ["routing, envelope, permissions", "objective: 2 s", "1 in 10,000", "</svg>"] {
      #expect(svg.contains(text))
    }
    #expect(!svg.contains("nan") && !svg.contains("inf\""))
    #expect(svg.count { $0 == "<" } == svg.count { $0 == ">" })
  }
}
