/// Limits of the PostgreSQL frontend/backend protocol as this module reads it.
public enum PostgresLimits {
  /// Longest packet taken before authentication, in bytes, its length field included.
  ///
  /// The server's own limit (`MAX_STARTUP_PACKET_LENGTH`).
  @inlinable public static var startupPacketBytes: Int { 10_000 }

  /// Most name-value pairs in one startup message.
  ///
  /// The server has no such limit; drivers send about ten. It keeps the search for duplicates, which
  /// is quadratic, under 2,100 comparisons.
  @inlinable public static var startupParameters: Int { 64 }

  /// Length of a cancel key, in bytes: 4 in protocol 3.0, up to 256 from 3.2 on.
  @inlinable public static var cancelKeyBytes: ClosedRange<Int> { 4...256 }

  /// Longest message after the startup packet, in bytes, its length field included.
  ///
  /// The server's own limit (`PQ_LARGE_MESSAGE_LIMIT`, one byte less than 1 GiB).
  @inlinable public static var messageBytes: Int { 0x3FFF_FFFE }

  /// Longest name of a prepared statement or portal in the extended protocol, in bytes, without its
  /// terminator.
  ///
  /// The server has no limit (only names in SQL are cut, at 63 bytes); drivers send up to about 60. It
  /// bounds how much of a message must be there before its names can be replaced.
  @inlinable public static var statementNameBytes: Int { 1_024 }

  /// Longest text of one field of an error that is written here, in bytes.
  ///
  /// libpq takes at most 30,000 bytes of error before authentication. Three texts (message, detail, hint) fit that, and a buffer
  /// of 20 KiB.
  @inlinable public static var errorTextBytes: Int { 6_144 }
}
