import ShardMap

/// A question to all workers of a router that may not have been answered yet.
///
/// Nobody waits in here: whoever has asked looks now and then whether the answers are there. A worker
/// answers beside its sessions' work, a slice a turn, so that a survey delays nobody by more than that.
public final class RouterInquiry: Sendable {
  private let contexts: [WorkerContext]
  private let inbox = AdminInbox()

  /// Asks the workers.
  init(_ contexts: [WorkerContext]) {
    self.contexts = contexts
    let question = AdminQuestion(
      number: 0,
      parts: [.clients(withAddresses: false), .pools, .instances, .load, .delayed], inbox: inbox)
    for context in contexts { context.mailbox.post(.admin(question)) }
  }

  /// Whether all workers have answered.
  public var isAnswered: Bool { inbox.count == contexts.count }

  /// Puts together what has been answered, once: a second survey has nothing in it.
  ///
  /// - Complexity: linear in the sessions of the router and the instances of its map; allocates.
  public func survey() -> RouterSurvey {
    var survey = RouterSurvey(of: contexts[0].mapSlot.edition, at: LiveClock.now)
    survey.count(inbox.takeAll().sorted { $0.worker < $1.worker }, of: contexts)
    return survey
  }
}

extension Router {
  /// Asks all workers what they have and know. Any thread may.
  public func inquire() -> RouterInquiry { RouterInquiry(contexts) }
}
