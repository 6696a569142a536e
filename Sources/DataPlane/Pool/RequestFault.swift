import Pooling
import Wire

/// Why what a pooled client has sent can't be sent on; its session ends.
enum RequestFault: Error {
  /// The lengths of messages make no sense.
  case framing(FramingError)
  /// A message makes none.
  case message(MessageBodyError)
  /// A message gets too long.
  case writing(MessageWriteError)
  /// A message that no server takes while it takes COPY data, or that leaves open what is answered.
  case inCopy
  /// More prepared statements than are kept.
  case statement(StatementError)

  /// What was wrong, in a sentence.
  var text: String {
    switch self {
    case .framing(let error): "\(error)"
    case .message(let error): "\(error)"
    case .writing(let error): "\(error)"
    case .inCopy: "COPY from stdin has not been ended by CopyDone or CopyFail, and Sync"
    case .statement(let error): "\(error)"
    }
  }
}
