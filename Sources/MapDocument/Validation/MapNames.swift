internal import ShardMap

/// The forms of names in a map.
public enum MapNames {
  /// 1 to 63 bytes of `[a-z0-9_-]`, the first one a letter or a digit. No dots: they separate the
  /// parts of a server name and of `user.tenant`.
  public static func isIdentifier(_ text: String) -> Bool {
    let bytes = text.utf8
    guard let first = bytes.first, bytes.count <= MapLimits.identifierBytes else { return false }
    return isLetterOrDigit(first)
      && bytes.allSatisfy {
        isLetterOrDigit($0) || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-")
      }
  }

  /// Whether a PostgreSQL database can have the name: 1 to 63 bytes without control characters.
  public static func isDatabase(_ name: String) -> Bool {
    (1...MapLimits.identifierBytes).contains(name.utf8.count)
      && name.utf8.allSatisfy { $0 >= UInt8(ascii: " ") && $0 != 0x7f }
  }

  /// What an identifier may be, for messages.
  public static let identifierHint =
    "use 1 to \(MapLimits.identifierBytes) of a-z, 0-9, _ and -, "
    + "beginning with a letter or a digit"

  /// Whether a text can be shown as the cause of a mode: one printable line of 1 to
  /// ``ShardMap/MapLimits/modeCauseBytes`` bytes.
  public static func isCause(_ text: String) -> Bool {
    (1...MapLimits.modeCauseBytes).contains(text.utf8.count)
      && text.unicodeScalars.allSatisfy { scalar in
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned: false
        default: true
        }
      }
  }

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
      || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }
}
