import Glibc
import Testing

@testable import Uring

/// What the probe finds, and what a start that fails says.
struct CapabilityTests {
  @Test("leaving features out removes these and no others", arguments: featureSubsets)
  func without(unwanted: Set<Capabilities.Feature>) throws {
    let all = try probed.get()
    let fewer = all.without(unwanted)
    #expect(fewer.features == all.features.subtracting(unwanted))
    #expect(fewer.kernelRelease == all.kernelRelease)
    for feature in unwanted { #expect(!fewer.has(feature)) }
  }

  @Test("each feature names its kernel and its fallback", arguments: Capabilities.Feature.allCases)
  func featureText(feature: Capabilities.Feature) {
    #expect(feature.since.split(separator: ".").allSatisfy { Int($0) != nil })
    #expect(!feature.fallback.isEmpty && !feature.rawValue.contains(" "))
  }

  @Test(
    "an errno of the setup call becomes the sentence that says what to change",
    arguments: [
      (ENOSYS, "CONFIG_IO_URING"), (ENOMEM, "LimitMEMLOCK"), (EINVAL, "Invalid argument"),
    ])
  func diagnosis(code: Int32, part: String) {
    #expect(RingError.diagnosing(setupErrno: code).description.contains(part))
  }

  @Test("a refusal by permission names seccomp, unless the sysctl explains it")
  func permissionDiagnosis() {
    let disabled = firstLine(ofFile: "/proc/sys/kernel/io_uring_disabled").flatMap { Int($0) } ?? 0
    let expected: RingError =
      disabled > 0 ? .disabledBySysctl(value: disabled) : .blockedBySeccomp
    #expect(RingError.diagnosing(setupErrno: EPERM) == expected)
    #expect(RingError.diagnosing(setupErrno: EACCES) == expected)
  }

  @Test(
    "every error is one sentence",
    arguments: [
      RingError.notInKernel, .kernelTooOld(release: "5.10.0"), .disabledBySysctl(value: 2),
      .blockedBySeccomp, .lockedMemoryLimit, .outOfMemory(bytes: 4096),
      .bufferRingRefused(errno: EINVAL), .setupFailed(errno: EMFILE),
    ])
  func sentences(error: RingError) {
    let text = error.description
    #expect(!text.contains("\n") && text.contains(": ") && !text.hasSuffix("."))
  }

  @Test("buffers of a shape the kernel can't take are refused with its reason")
  func refusedBuffers() {
    // Not a power of two.
    let error = #expect(throws: RingError.self) { _ = try makeRing(bufferCount: 3) }
    #expect(error == .bufferRingRefused(errno: EINVAL))
  }
}
