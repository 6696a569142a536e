import ShardMap
import Testing

@testable import DataPlane

/// Workers that only have mailboxes: what they are asked is taken from there, and answered by hand.
@Suite("An inquiry of the workers")
struct RouterInquiryTests {
  private let contexts: [WorkerContext]
  private let inquiry: RouterInquiry

  init() throws {
    let folder = try TemporaryFolder()
    let map = try withExtendedLifetime(folder) {
      try SmallMap.publish(version: 1, to: folder.map)
      return try CompiledMap.open(path: folder.map)
    }
    contexts = WorkerContext.all(
      count: 2, settings: RouterSettings(mapPath: "", listeners: []), mapSlot: MapSlot(map))
    inquiry = RouterInquiry(contexts)
  }

  /// What a worker has been asked since the last time.
  private func questions(of worker: Int) -> [AdminQuestion] {
    contexts[worker].mailbox.takeAll().compactMap {
      if case .admin(let question) = $0 { question } else { nil }
    }
  }

  private func answer(_ question: AdminQuestion, by worker: Int, sessions: Int) {
    var answer = AdminAnswer(worker: worker, number: question.number)
    answer.load = (sessions, 0)
    question.inbox.post(answer)
  }

  @Test("is answered when all workers have answered")
  func all() throws {
    inquiry.ask()
    #expect(!inquiry.isAnswered)
    for worker in [1, 0] {
      answer(try #require(questions(of: worker).first), by: worker, sessions: worker + 5)
    }
    #expect(inquiry.isAnswered)
    let survey = inquiry.survey()
    #expect(survey.workers.map(\.number) == [0, 1] && survey.workers.map(\.sessions) == [5, 6])
    #expect(inquiry.survey().workers.isEmpty)
  }

  @Test("asks a worker nothing that still owes an answer, and waits for the others only")
  func owing() throws {
    inquiry.ask()
    let late = try #require(questions(of: 1).first)
    answer(try #require(questions(of: 0).first), by: 0, sessions: 5)
    #expect(!inquiry.isAnswered)
    #expect(inquiry.survey().workers.map(\.number) == [0])
    for _ in 0..<20 {
      inquiry.ask()
      let asked = questions(of: 0)
      #expect(asked.count == 1 && questions(of: 1).isEmpty)
      answer(try #require(asked.first), by: 0, sessions: 5)
      #expect(inquiry.isAnswered)
      #expect(inquiry.survey().workers.map(\.number) == [0])
    }
    // Its answer is of no use any more, but it may be asked again.
    answer(late, by: 1, sessions: 7)
    #expect(inquiry.survey().workers.isEmpty)
    inquiry.ask()
    answer(try #require(questions(of: 1).first), by: 1, sessions: 8)
    #expect(!inquiry.isAnswered)
    #expect(inquiry.survey().workers.map(\.sessions) == [8])
  }
}
