internal import Glibc

/// Runs a program that takes a moment, and holds the calling thread meanwhile.
///
/// Unlike with Foundation's `Process`, its end is known by the process itself: no run loop is needed, and no descriptor that another child, started at the
/// same moment, may have inherited and keep open.
public enum ShortCommand {
  /// The environment of programs that are given none: a search path, and English messages.
  public static let plainEnvironment = [
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "LC_ALL": "C.UTF-8",
  ]

  /// What became of a program.
  public struct Result: Sendable {
    /// The program and its arguments.
    public let commandLine: String
    /// What it returned; 128 and the signal's number where a signal ended it.
    public let code: Int32
    /// What it wrote to standard output.
    public let output: String
    /// What it wrote to standard error.
    public let errorOutput: String

    /// Throws unless the program returned 0.
    @discardableResult
    public func requireSuccess() throws(Failure) -> Result {
      guard code == 0 else {
        throw Failure(commandLine: commandLine, reason: "code \(code): \(errorOutput)")
      }
      return self
    }
  }

  /// A program could not be started, or did not succeed.
  public struct Failure: Error, CustomStringConvertible {
    let commandLine: String
    let reason: String

    /// One sentence, with what the program said.
    public var description: String { "\(commandLine): \(reason)" }
  }

  /// Runs a program, by its path or its name in the search path, to its end.
  ///
  /// - Throws: ``Failure`` when it can't be started.
  @discardableResult
  public static func run(_ program: String, _ arguments: [String]) throws(Failure) -> Result {
    let commandLine = ([program] + arguments).joined(separator: " ")
    let (output, errors) = (UnnamedFile(), UnnamedFile())
    let null = open("/dev/null", O_RDONLY | O_CLOEXEC)
    defer { close(null) }
    let streams = Spawn.Streams(
      input: null, output: output.descriptor, error: errors.descriptor)
    switch Spawn.start(program, arguments, environment: plainEnvironment, streams: streams) {
    case .failure(let error):
      throw Failure(commandLine: commandLine, reason: "did not start: \(error.reason)")
    case .success(let pid):
      var status: Int32 = 0
      while waitpid(pid, &status, 0) == -1 && errno == EINTR {}
      let signal = status & 0x7F
      return Result(
        commandLine: commandLine, code: signal == 0 ? (status >> 8) & 0xFF : 128 + signal,
        output: output.text, errorOutput: errors.text)
    }
  }
}
