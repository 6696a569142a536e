import Authentication

/// A pooled client's login while it is under way.
///
/// It is replaced as a whole: `login?.machine = nil` in a client that can't be copied leaks what the machine holds (Swift 6.3).
struct ClientLogin {
  enum Step {
    /// For a verifier, or a server: nothing is under way.
    case waiting
    /// Sending what the login buffer holds.
    case telling
    /// Receiving the client's next message.
    case listening
    /// Sending the last of it: the client is in.
    case welcoming
  }

  var step = Step.waiting
  var machine: ClientAuthentication?
  /// The messages by which the client is told that it is who it says it is, until they are sent.
  var accepted: [UInt8]?
}
