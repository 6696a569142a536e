import Wire

/// What a server says when a probe asks: the row that `ProbeQuestion` wants.
enum SimulatedProbe {
  static let user = "probe"

  static func answer(isReplica: Bool, position: UInt64, timeline: UInt64) -> [UInt8] {
    DataRow.encoded(
      [
        isReplica ? "t" : "f", text(position), "8192", "16777216", "1", "\(timeline)", "",
      ].map { Array($0.utf8) })
      + CommandComplete.encoded(tag: "SELECT 1") + ReadyForQuery(status: .idle).encoded()
  }

  /// A position as PostgreSQL writes it.
  static func text(_ position: UInt64) -> String {
    "\(String(position >> 32, radix: 16))/\(String(position & 0xFFFF_FFFF, radix: 16))"
  }

  /// A position that PostgreSQL has written; nil for anything else.
  static func position(_ text: String) -> UInt64? {
    let halves = text.split(separator: "/").compactMap { UInt64($0, radix: 16) }
    return halves.count == 2 ? halves[0] << 32 | halves[1] : nil
  }
}
