internal import LoadResults

/// Rows of the table of TLS handshakes.
enum HandshakeRows {
  static let heading = ["load", "TLS handshakes", "full", "resumed"]

  /// A row for each load that encrypts.
  static func of(_ result: RunResult) -> [[String]] {
    result.loads.compactMap { load in
      load.handshakes.map { counts in
        [load.name]
          + [counts.full + counts.resumed, counts.full, counts.resumed].map(FigureText.count)
      }
    }
  }
}
