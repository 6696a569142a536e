import ShardMap
import Synchronization

/// Asks all workers of a router what they have and know, as often as somebody wants to know.
///
/// Nobody waits in here: whoever has asked looks now and then whether the answers are there. A worker
/// answers beside its sessions' work, a slice a turn, so that a survey delays nobody by more than that.
/// One that still owes an answer is asked nothing more: what waits there has a bound.
public final class RouterInquiry: Sendable {
  private struct State {
    /// The last question, counted from 1.
    var number: UInt64 = 0
    /// How many workers were asked it.
    var askedCount = 0
    /// Workers that have not answered the last question that they were asked.
    var owing: Set<Int> = []
    /// What was answered to the last question.
    var answers: [AdminAnswer] = []

    /// Notes what has come; to an earlier question it is no answer any more.
    mutating func take(_ new: [AdminAnswer]) {
      for answer in new {
        owing.remove(answer.worker)
        if answer.number == number { answers.append(answer) }
      }
    }
  }

  private let contexts: [WorkerContext]
  private let inbox = AdminInbox()
  private let state = Mutex(State())

  /// Nothing is asked yet.
  init(_ contexts: [WorkerContext]) { self.contexts = contexts }

  /// Asks the workers, but for those that have not answered before.
  public func ask() {
    let (number, workers) = state.withLock { state in
      state.take(inbox.takeAll())
      let workers = contexts.indices.filter { !state.owing.contains($0) }
      state.number += 1
      state.askedCount = workers.count
      state.owing.formUnion(workers)
      state.answers = []
      return (state.number, workers)
    }
    let question = AdminQuestion(
      number: number,
      parts: [.clients(withAddresses: false), .pools, .instances, .load, .delayed], inbox: inbox)
    for worker in workers { contexts[worker].mailbox.post(.admin(question)) }
  }

  /// Whether all that were asked last have answered.
  public var isAnswered: Bool {
    state.withLock { state in
      state.take(inbox.takeAll())
      return state.answers.count == state.askedCount
    }
  }

  /// Puts together what has been answered to the last question, once: a second survey has nothing in it.
  ///
  /// - Complexity: linear in the sessions of the router and the instances of its map; allocates.
  public func survey() -> RouterSurvey {
    let answers = state.withLock { state in
      state.take(inbox.takeAll())
      defer { state.answers = [] }
      return state.answers
    }
    var survey = RouterSurvey(of: contexts[0].mapSlot.edition, at: LiveClock.now)
    survey.count(answers.sorted { $0.worker < $1.worker }, of: contexts)
    return survey
  }
}

extension Router {
  /// How its workers are asked what they have and know. Any thread may.
  public func inquiry() -> RouterInquiry { RouterInquiry(contexts) }
}
