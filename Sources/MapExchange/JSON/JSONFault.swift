/// Where bytes stop being canonical JSON, and why.
struct JSONFault: Error {
  /// Counted from 0.
  let offset: Int
  let reason: String

  var text: String { "byte \(offset): \(reason)" }
}
