import Foundation
import Logging
import Telemetry
import Threads

/// The router's log: its format, and the thread that writes it to standard error.
struct RouterLog: Sendable {
  /// The name of the program in lines of text.
  static let label = "shardway-router"

  let logger: Logger
  private let writer: LogWriter

  /// A log whose lines wait until ``begin()``. `fields` are on every line of JSON.
  init(
    _ settings: LogSettings, fields: Logger.Metadata, counts: TelemetryCounts
  ) {
    let isJSON = settings.format == .json
    let text = "log lines were dropped: nobody has read them in time"
    let writer = LogWriter(descriptor: STDERR_FILENO, counts: counts) { dropped in
      isJSON
        ? JSONLogHandler.line(
          level: .warning, message: text,
          fields: ["dropped": "\(dropped)"].merging(fields) { own, _ in own })
        : Array(
          "\(LogTime.text(milliseconds: .now)) warning \(Self.label): \(dropped) \(text)\n".utf8)
    }
    var logger = Logger(label: Self.label) { label -> any LogHandler in
      guard isJSON else {
        return StreamLogHandler(label: label, stream: LineStream(writer: writer))
      }
      return JSONLogHandler(writer: writer, metadata: fields)
    }
    logger.logLevel = settings.level
    self.logger = logger
    self.writer = writer
  }

  /// Writes what there is, and what comes, on a thread of its own. Once only.
  func begin() throws(ThreadError) { try writer.start() }

  /// Writes what is left, if somebody reads it.
  func close() { writer.close() }
}

/// Hands whole lines of text to the writer.
private struct LineStream: TextOutputStream, Sendable {
  let writer: LogWriter

  func write(_ string: String) { writer.put(Array(string.utf8)) }
}

extension Int64 {
  /// Milliseconds since 1970, now.
  fileprivate static var now: Int64 { JSONLogHandler.wallMilliseconds }
}
