import Routing

@testable import DataPlane

/// What servers say to probes, built by hand.
enum ProbeWire {
  /// The login of a trusted role.
  static let welcome =
    Packets.message("R", Packets.integer(0, bytes: 4))
    + Packets.message("S", Packets.text("server_version") + Packets.text("15.8"))
    + Packets.message("K", Packets.integer(4711, bytes: 4) + [1, 2, 3, 4]) + ready
  static let ready = Packets.message("Z", Array("I".utf8))
  static let notice = Packets.message(
    "N", Packets.text("SWARNING") + Packets.text("C01000") + Packets.text("Mmind") + [0])

  static func error(_ code: String, _ message: String) -> [UInt8] {
    Packets.message(
      "E",
      Packets.text("SFATAL") + Packets.text("C\(code)") + Packets.text("M\(message)") + [0])
  }

  /// A row of these values.
  static func row(_ values: [String?]) -> [UInt8] {
    Packets.message("D", rowBody(values))
  }

  static func rowBody(_ values: [String?]) -> [UInt8] {
    values.reduce(into: Packets.integer(values.count, bytes: 2)) { body, value in
      body += Packets.integer(value?.utf8.count ?? -1, bytes: 4) + Array((value ?? "").utf8)
    }
  }

  /// A whole answer with a row of these values.
  static func answer(_ values: [String?]) -> [UInt8] {
    Packets.message("T", Packets.integer(0, bytes: 2)) + row(values)
      + Packets.message("C", Packets.text("SELECT 1")) + ready
  }

  /// The columns of a primary and of a replica.
  static let primary: [String?] = ["f", "0/5000100", "8192", "16777216", "77", "2", "9"]
  static let replica: [String?] = ["t", "0/50000F8", "8192", "16777216", "77", "2", nil]
}

extension MonotonicTime {
  /// So many milliseconds after the clock's origin.
  static func milliseconds(_ count: UInt64) -> MonotonicTime {
    MonotonicTime(nanoseconds: count * 1_000_000)
  }
}
