internal import Foundation

/// The machine that figures come from; without it they mean little.
public struct HostMachine: Sendable {
  /// The processor's model as the kernel names it; `?` where it doesn't.
  public let processor: String
  /// Cores that this process may use.
  public let cores: Int
  /// The kernel's release.
  public let kernel: String

  /// The machine this runs on.
  public static let current: HostMachine = {
    let info = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    let model = info.split(separator: "\n").first { $0.hasPrefix("model name") }
    let release = try? String(contentsOfFile: "/proc/sys/kernel/osrelease", encoding: .utf8)
    return HostMachine(
      processor: model?.split(separator: ":").last?.trimmingCharacters(in: .whitespaces) ?? "?",
      cores: ProcessInfo.processInfo.activeProcessorCount,
      kernel: release?.trimmingCharacters(in: .whitespacesAndNewlines) ?? "?")
  }()

  /// One line for people: `EPYC 7B13, 2 cores, Linux 6.1.0`.
  public var summary: String { "\(processor), \(cores) cores, Linux \(kernel)" }
}
