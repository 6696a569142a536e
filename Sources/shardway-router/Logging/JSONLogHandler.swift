import Foundation
import Logging
import Telemetry

/// Lines of the log as JSON objects: `time`, `level`, `message`, and the fields that the line has.
struct JSONLogHandler: LogHandler {
  let writer: LogWriter
  var logLevel = Logger.Level.info
  var metadata: Logger.Metadata

  init(writer: LogWriter, metadata: Logger.Metadata) {
    self.writer = writer
    self.metadata = metadata
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    var fields = metadata.merging(event.metadata ?? [:]) { _, own in own }
    if let error = event.error { fields["error"] = "\(error)" }
    writer.put(Self.line(level: event.level, message: "\(event.message)", fields: fields))
  }

  /// One line, with its end.
  static func line(level: Logger.Level, message: String, fields: Logger.Metadata) -> [UInt8] {
    var text = JSONText()
    text.beginObject()
    text.add("time", LogTime.text(milliseconds: wallMilliseconds))
    text.add("level", level.rawValue)
    text.add("message", message)
    for (key, value) in fields.sorted(by: { $0.key < $1.key }) {
      text.add(key: key, value.description)
    }
    text.endObject()
    return text.bytes + [UInt8(ascii: "\n")]
  }

  /// Milliseconds since 1970, now.
  static var wallMilliseconds: Int64 { Int64(Date().timeIntervalSince1970 * 1000) }
}
