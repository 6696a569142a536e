/// Why a local fleet could not be started, used or checked.
///
/// Each case says what happened, to what, why, and what to do about it; `description` is meant to
/// be shown to a person as it is.
public enum FleetError: Error, Sendable, Equatable {
  /// A program the fleet needs is not installed.
  case missingProgram(name: String, searched: String)
  /// The process runs as root, and there is no account the servers could run as.
  case missingAccount(name: String)
  /// The folder for the fleet's data could not be made or written.
  case folder(path: String, reason: String)
  /// A command ended with a failure, or could not be started; `output` is the end of what it said.
  case command(String, outcome: String, output: String)
  /// A server ended, or was not ready in time; `log` is the end of its log.
  case serverNotReady(instance: String, reason: String, log: String)
  /// No free port was found on the loopback address.
  case noFreePort(range: String)
  /// The router ended, or did not say in time that it listens; `log` is the end of its log.
  case routerNotReady(executable: String, reason: String, log: String)
  /// The control plane or the sidecar ended, or was not ready in time; `log` is the end of its log.
  case serviceNotReady(name: String, reason: String, log: String)
  /// The control plane did not do what the fleet asked of it.
  case control(reason: String)
  /// A fault can't be made in a fleet like this, or now.
  case fault(String, reason: String)
  /// The map of the fleet was refused by the map compiler.
  case map(reason: String)
  /// An option has a value the fleet can't be made with.
  case option(name: String, reason: String)
  /// The start was cancelled; what had been started is stopped.
  case cancelled
}

extension FleetError: CustomStringConvertible {
  /// A sentence for a person; the end of an output or log follows on lines of its own.
  public var description: String {
    switch self {
    case .missingProgram(let name, let searched):
      "\(name) was not found (looked in \(searched)); Tools/setup installs it"
    case .missingAccount(let name):
      "PostgreSQL refuses to run as root, and there is no account `\(name)` to run it as;"
        + " install the postgresql package, or start the fleet as an ordinary user"
    case .folder(let path, let reason):
      "can't make the fleet's folder \(path): \(reason); TMPDIR chooses another place"
    case .command(let command, let outcome, let output):
      "`\(command)` \(outcome)" + Self.quoted(output)
    case .serverNotReady(let instance, let reason, let log):
      "PostgreSQL server \(instance) \(reason)" + Self.quoted(log)
    case .noFreePort(let range):
      "no free TCP port on 127.0.0.1 in \(range); stop what uses them"
    case .routerNotReady(let executable, let reason, let log):
      "the router \(executable) \(reason)" + Self.quoted(log)
    case .serviceNotReady(let name, let reason, let log):
      "the \(name) \(reason)" + Self.quoted(log)
    case .control(let reason):
      reason
    case .fault(let subject, let reason):
      "\(subject) can't be broken: \(reason)"
    case .map(let reason):
      "the fleet's shard map was refused: \(reason)"
    case .option(let name, let reason):
      "\(name): \(reason)"
    case .cancelled:
      "the start was interrupted; nothing was left running"
    }
  }

  private static func quoted(_ text: String) -> String {
    text.isEmpty
      ? "" : ":\n" + text.split(separator: "\n").map { "  | \($0)" }.joined(separator: "\n")
  }
}
