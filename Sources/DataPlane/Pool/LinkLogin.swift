import Authentication
import Wire

/// A server connection's login while it is under way.
struct LinkLogin {
  var machine: ServerLogin
  var messages = MessageAssembler(maximumBytes: AuthenticationLimits.serverMessageBytes)
  /// What the server has reported of its settings so far.
  var report: [(name: [UInt8], value: [UInt8])] = []

  init(machine: ServerLogin) { self.machine = machine }
}

/// An answer about a role's verifier while it is read.
struct PendingQuestion {
  let question: VerifierQuestion
  var messages = MessageAssembler(maximumBytes: AuthenticationLimits.serverMessageBytes)
  var answer: AuthQueryAnswer

  init(_ question: VerifierQuestion) {
    self.question = question
    answer = AuthQueryAnswer(user: question.user)
  }
}
