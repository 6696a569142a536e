internal import ArgumentParser

/// What an option's value may be.
enum OptionRange {
  /// Refuses a value below 1 or above a limit.
  static func check(_ option: String, _ value: Int, upTo limit: Int) throws(ValidationError) {
    guard value >= 1, value <= limit else {
      throw ValidationError("\(option) must be 1 to \(limit)")
    }
  }
}
