import Glibc

/// Says which seed was running when something trapped.
enum CrashNote {
  /// The running seed. Written by the only thread, read by the signal handler on it.
  nonisolated(unsafe) static var seed: UInt64 = 0
  /// The running world, as for the seed.
  nonisolated(unsafe) static var world = ""

  static func install() {
    for number in [SIGILL, SIGTRAP, SIGSEGV, SIGABRT, SIGBUS] {
      signal(number) { number in
        let text =
          "\nseed \(CrashNote.seed) traps; replay: Tools/simulate --world \(CrashNote.world) --seed \(CrashNote.seed)\n"
        _ = text.utf8.withContiguousStorageIfAvailable {
          write(STDERR_FILENO, $0.baseAddress, $0.count)
        }
        signal(number, SIG_DFL)
        raise(number)
      }
    }
  }
}
