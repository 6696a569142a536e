import Foundation

/// Waits for an address that the process before this one is about to leave.
enum AddressPatience {
  /// How often it is tried.
  private static let attempts = 40
  /// Seconds between two tries.
  private static let interval = 0.05

  /// Starts what listens.
  ///
  /// - Throws: what the last try has thrown.
  static func start<Address>(_ body: () throws -> Address) throws -> Address {
    for _ in 1..<attempts {
      if let address = try? body() { return address }
      Thread.sleep(forTimeInterval: interval)
    }
    return try body()
  }
}
