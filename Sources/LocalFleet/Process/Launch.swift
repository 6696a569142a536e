/// Everything a process is started with.
///
/// Nothing is inherited by accident: the environment is given whole, standard streams are the
/// null device unless said otherwise, and signals have their default meaning.
public struct Launch: Sendable {
  /// Where a process's standard input comes from.
  public enum Input: Sendable {
    /// The null device.
    case null
    /// These characters, then end of file.
    case text(String)
    /// A pipe that `ChildProcess.write` fills and `ChildProcess.closeInput` ends.
    case pipe
  }

  /// Where a process's standard output or standard error goes.
  public enum Output: Sendable {
    /// The null device.
    case null
    /// Kept; `ChildProcess` reads it, while the process runs and after.
    case captured
    /// Added to the end of a file, which is made when it is not there.
    case appended(path: String)
  }

  /// Path of the program, or its name, to be looked for in the `PATH` of `environment`.
  public var executable: String
  /// The arguments after the program's name.
  public var arguments: [String]
  /// The whole environment of the process.
  public var environment: [String: String]
  /// Standard input.
  public var input: Input = .null
  /// Standard output.
  public var output: Output = .captured
  /// Standard error.
  public var error: Output = .captured

  /// A launch with captured output and no input.
  public init(
    _ executable: String, _ arguments: [String] = [],
    environment: [String: String] = Launch.plainEnvironment
  ) {
    self.executable = executable
    self.arguments = arguments
    self.environment = environment
  }

  /// A search path and an English locale: messages of the programs are compared in tests.
  public static let plainEnvironment = [
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "LC_ALL": "C.UTF-8",
  ]

  /// The command as a person would type it, for messages.
  public var commandLine: String {
    ([executable] + arguments).map(Self.shellQuoted).joined(separator: " ")
  }

  /// `word` in the form in which a POSIX shell reads it as one word.
  public static func shellQuoted(_ word: String) -> String {
    let plain = word.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"):
        true
      default: "_-./:=@%+,".utf8.contains(byte)
      }
    }
    if plain && !word.isEmpty { return word }
    return "'"
      + word.split(separator: "'", omittingEmptySubsequences: false)
      .joined(separator: "'\\''") + "'"
  }
}
