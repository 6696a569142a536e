import ArgumentParser
import Foundation
import MapDocument

/// Reads map documents from files.
enum DocumentFile {
  /// Ends the command with a message when the file can't be read or is no document.
  static func read(_ path: String) throws -> MapDocument {
    let bytes: [UInt8]
    do {
      bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
    } catch {
      let underlying = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
      let reason =
        underlying.map { String(cString: strerror(Int32($0.code))) } ?? error.localizedDescription
      CommandOutput.complain("shardway: cannot read \(path): \(reason)")
      throw ExitCode.unusable
    }
    do {
      return try MapDocument.decode(bytes)
    } catch {
      CommandOutput.complain("\(path): \(error)")
      throw ExitCode.unusable
    }
  }

  /// Prints the findings, one a line, and ends the command when there are any.
  static func refuse(_ findings: [MapFinding], in path: String) throws {
    guard !findings.isEmpty else { return }
    for finding in findings { CommandOutput.complain("\(path): \(finding)") }
    CommandOutput.complain(
      "\(path): \(findings.count) \(findings.count == 1 ? "finding" : "findings")")
    throw ExitCode.negative
  }
}
