public import LoadClient
public import TLS
public import Uring

/// Why a load can't be started. Each case reads as one sentence that says what to do.
public enum LoadError: Error, CustomStringConvertible {
  /// The target's host is a name.
  case notAnAddress(String)
  /// No load of the scenario has this name, or none was named.
  case noSuchLoad(String)
  /// The process may open too few descriptors.
  case tooFewDescriptors(needed: Int, allowed: Int)
  /// What a load's clients are to say can't be said.
  case badLoad(name: String, ClientPlanError)
  /// The kernel's ring can't be had.
  case ring(RingError)
  /// TLS can't be had.
  case tls(TLSError)
  /// The system makes no more threads.
  case noThread(errno: Int32)
  /// The file of the full log can't be written.
  case log(path: String, reason: String)
  /// Not one connection could be opened.
  case noConnection(target: String, cause: String, message: String?)
  /// A statement failed.
  case statement(text: String, tenant: String, cause: String, message: String?)
  /// It was started before, or stopped.
  case startedBefore
  /// It was stopped before a connection was opened.
  case stopped

  /// One sentence for people.
  public var description: String {
    switch self {
    case .notAnAddress(let host):
      "the target \"\(host)\" is no IPv4 address: names are not looked up, give an address or localhost"
    case .noSuchLoad(let name):
      name.isEmpty
        ? "no load is to run: name one of the scenario's"
        : "the scenario has no load \"\(name)\": name one of its loads"
    case .tooFewDescriptors(let needed, let allowed):
      "\(needed) open files are needed and \(allowed) allowed: raise the limit (ulimit -n \(needed)), or ask for fewer connections"
    case .badLoad(let name, let error):
      "the load \(name) can't be run: \(error)"
    case .ring(let error): error.description
    case .tls(let error): error.description
    case .noThread(let code):
      "no thread can be made (errno \(code)): ask for fewer workers"
    case .log(let path, let reason):
      "the log \(path) can't be written: \(reason)"
    case .noConnection(let target, let cause, let message):
      "not one connection to \(target) could be opened: \(cause)"
        + (message.map { " (\($0))" } ?? "") + "; check the target, its user and its password"
    case .statement(let text, let tenant, let cause, let message):
      "a statement failed for tenant \(tenant): \(cause)" + (message.map { " (\($0))" } ?? "")
        + ": \(text.prefix(80))"
    case .startedBefore:
      "a run can be started once: make another"
    case .stopped:
      "the run was stopped before a connection was opened"
    }
  }
}
