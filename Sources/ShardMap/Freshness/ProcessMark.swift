internal import Files
internal import Glibc

/// A process in one word, so that its number, given to another process later, isn't taken for it.
struct ProcessMark: Hashable {
  /// The process number, and above it a digest of when it began and in which boot.
  let word: UInt64

  /// Nobody.
  static let none: UInt64 = 0

  init(word: UInt64) { self.word = word }

  /// The mark of a process that runs.
  init(pid: Int32) {
    word = UInt64(UInt32(bitPattern: pid)) | UInt64(Self.digest(of: pid)) << 32
  }

  var pid: Int32 { Int32(bitPattern: UInt32(truncatingIfNeeded: word)) }

  /// Whether the process still runs.
  var isAlive: Bool {
    guard word != Self.none, pid > 0 else { return false }
    // Permission denied means that there is such a process.
    guard kill(pid, 0) == 0 || errno == EPERM else { return false }
    // Where /proc hides the processes of others, only the number is left to tell by.
    guard let status = Status(of: pid) else { return true }
    let digest = UInt32(truncatingIfNeeded: word >> 32)
    // Sidecars before 0.7.0 wrote none.
    return !status.hasEnded && (digest == 0 || digest == Self.digest(of: pid))
  }

  private static func digest(of pid: Int32) -> UInt32 {
    let words = [Status(of: pid)?.startTime ?? 0, BootID.current.high, BootID.current.low]
    return UInt32(truncatingIfNeeded: PageMemory.checksum(of: words))
  }

  /// What `/proc/PID/stat` tells (proc(5)).
  private struct Status {
    /// Whether only its parent has not taken notice yet: a zombie.
    let hasEnded: Bool
    /// When it began, in clock ticks since the boot.
    let startTime: UInt64

    init?(of pid: Int32) {
      guard let text = SmallFile.text(at: "/proc/\(pid)/stat"),
        // The name in the second field may hold blanks and brackets.
        let nameEnd = text.lastIndex(of: ")")
      else { return nil }
      // The state is field 3, the start time field 22.
      let fields = text[text.index(after: nameEnd)...].split(separator: " ")
      guard fields.count > 19, let startTime = UInt64(fields[19]) else { return nil }
      hasEnded = fields[0] == "Z" || fields[0] == "X"
      self.startTime = startTime
    }
  }
}
