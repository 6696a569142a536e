import Glibc
import Synchronization

/// What a publisher is doing.
enum PublishingStep: UInt32, CaseIterable {
  case workingOut, removingLeftovers, makingTemporary, copying, writing, settingMode
  case synchronizing, renaming, synchronizingDirectory, closing

  var name: String {
    switch self {
    case .workingOut: "working out what to write"
    case .removingLeftovers: "removing leftovers"
    case .makingTemporary: "making the temporary file"
    case .copying: "copying"
    case .writing: "writing"
    case .settingMode: "setting the mode"
    case .synchronizing: "synchronizing"
    case .renaming: "renaming"
    case .synchronizingDirectory: "synchronizing the directory"
    case .closing: "closing"
    }
  }
}

/// A shared page on which a publisher notes its step, and which outlives it.
///
/// **Invariant:** `base` addresses one mapped page of a file of that length for as long as this
/// lives; both words in it are only touched as atomics.
final class StepPage: @unchecked Sendable {
  private static let byteCount = 4_096
  private let base: UnsafeMutableRawPointer

  init(path: String) throws {
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw CampaignError("open", path) }
    defer { close(descriptor) }
    guard ftruncate(descriptor, off_t(Self.byteCount)) == 0,
      let base = mmap(nil, Self.byteCount, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0),
      base != MAP_FAILED
    else { throw CampaignError("map", path) }
    self.base = base
  }

  deinit {
    munmap(base, Self.byteCount)
  }

  private var step: UnsafeMutablePointer<Atomic<UInt32>> {
    base.assumingMemoryBound(to: Atomic<UInt32>.self)
  }

  private var rounds: UnsafeMutablePointer<Atomic<UInt32>> { step + 1 }

  var current: PublishingStep {
    get { PublishingStep(rawValue: step.pointee.load(ordering: .acquiring)) ?? .workingOut }
    set { step.pointee.store(newValue.rawValue, ordering: .releasing) }
  }

  /// Publishers that have begun.
  var begun: UInt32 { rounds.pointee.load(ordering: .acquiring) }

  func begin() {
    rounds.pointee.wrappingAdd(1, ordering: .acquiringAndReleasing)
  }
}
